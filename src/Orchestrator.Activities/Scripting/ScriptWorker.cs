using Orchestrator.Model.Failures;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Scripting;

/// <summary>The worker's side: reads scripts from its standard input, one at a time, and answers on its standard output until nobody is there any more.</summary>
public static class ScriptWorker
{
    private const int StackSize = 256 * 1024 * 1024;

    /// <summary>Runs until the input ends; gives the process's exit code.</summary>
    public static async Task<int> RunAsync(Stream input, Stream output, TimeProvider time)
    {
        // Warm: what the first script needs is compiled before the host counts its time.
        _ = Answer(new ScriptRequest("const f = ({ a = 1 }) => `${a}`; for (const x of [1]) setVariable('x', f({ a: x }));", new ScriptContext(), TimeSpan.FromMinutes(1)));
        await Frames.WriteAsync(output, [], CancellationToken.None).ConfigureAwait(false);
        while (await Frames.ReadAsync(input, CancellationToken.None).ConfigureAwait(false) is { } message)
        {
            var request = ScriptRequest.Read(message);
            // The host kills at the deadline; should the host be gone, nobody would.
            using var watch = time.CreateTimer(_ => Environment.Exit(4), null, request.Deadline + TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
            await Frames.WriteAsync(output, Answer(request), CancellationToken.None).ConfigureAwait(false);
        }

        return 0;
    }

    private static byte[] Answer(ScriptRequest request)
    {
        byte[] answer = [];
        var thread = new Thread(() => answer = AnswerHere(request), StackSize);
        thread.Start();
        thread.Join();
        return answer;
    }

    private static byte[] AnswerHere(ScriptRequest request)
    {
        try
        {
            var answer = ScriptAnswer.Write(ScriptEngine.Run(request));
            return answer.Length <= Frames.Longest ? answer : ScriptAnswer.Write(ScriptEngine.TooLarge().Failure);
        }
        catch (FailureException trouble)
        {
            return ScriptAnswer.Write(trouble.Failure);
        }
        catch (OutOfMemoryException)
        {
            return ScriptAnswer.Write(ScriptFailures.Memory("the script needed more memory than it may have").Failure);
        }
#pragma warning disable CA1031 // whatever the engine of JavaScript trips over fails the script, and only that
        catch (Exception trouble)
#pragma warning restore CA1031
        {
            return ScriptAnswer.Write(ScriptFailures.Threw(0, 0, $"{trouble.GetType().Name}: {trouble.Message}").Failure);
        }
    }
}
