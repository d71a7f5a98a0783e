using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Containers;

/// <summary>Runs programs in a running container.</summary>
internal static class ContainerExecution
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(20);
    // The engine hands output on some time after the program has ended; how long, nobody says. Only a program that leaves a daemon with its output behind costs this.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(
        DockerClient docker, string container, Command command, Stream? input, CapturedOutput output, CapturedOutput error, CancellationToken cancellationToken)
    {
        var reads = input is not null || command.StandardInput is not null;
        var id = await CreateAsync(docker, container, command, reads, cancellationToken).ConfigureAwait(false);
        var stream = await docker.HijackAsync($"exec/{id}/start", """{"Detach":false,"Tty":false}""", cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var reading = ReadAsync(stream, output, error, over.Token);
            try
            {
                if (reads) await WriteAsync(stream, command.StandardInput, input, cancellationToken).ConfigureAwait(false);
                // A daemon that the program left behind may hold its output open for ever: so its end is looked for, too.
                var state = await StateAsync(docker, id, cancellationToken).ConfigureAwait(false);
                while (await Task.WhenAny(reading, Task.Delay(state.Running ? Look : Drain, TimeProvider.System, cancellationToken)).ConfigureAwait(false) != reading && state.Running)
                    state = await StateAsync(docker, id, cancellationToken).ConfigureAwait(false);
                if (reading.IsCompleted) await reading.ConfigureAwait(false);
                while ((state = await StateAsync(docker, id, cancellationToken).ConfigureAwait(false)).Running)
                    await Task.Delay(Settle, TimeProvider.System, cancellationToken).ConfigureAwait(false);
                return state.ExitCode;
            }
            catch (OperationCanceledException)
            {
                await EndAsync(docker, id).ConfigureAwait(false);
                throw;
            }
            finally
            {
                // Who is given the output must not find it still growing.
                await over.CancelAsync().ConfigureAwait(false);
                await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<string> CreateAsync(DockerClient docker, string container, Command command, bool reads, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["AttachStdin"] = reads, ["AttachStdout"] = true, ["AttachStderr"] = true, ["Tty"] = false,
            ["Cmd"] = Texts(command.Arguments), ["Env"] = Texts(command.Environment.Select(entry => $"{entry.Key}={entry.Value}")),
        };
        if (command.User is { } user) body["User"] = user;
        if (command.WorkingDirectory is { } folder) body["WorkingDir"] = folder;
        var reply = await docker.PostAsync($"containers/{Uri.EscapeDataString(container)}/exec", body, cancellationToken).ConfigureAwait(false);
        if (reply.NotFound) throw new FailureException("container.notFound", FailureKind.Permanent, $"there is no container `{container}` on {docker.Host.Address}");
        if ((int)reply.Status == 409) throw new FailureException("container.notRunning", FailureKind.Transient, $"cannot run {command} in container {container}: {reply.Message}");
        return reply.OrFail("docker.failed", $"cannot run {command} in container {container}")["Id"]!.GetValue<string>();
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static async Task<(bool Running, int ExitCode, int Pid)> StateAsync(DockerClient docker, string id, CancellationToken cancellationToken)
    {
        var state = (await docker.GetAsync($"exec/{id}/json", cancellationToken).ConfigureAwait(false)).OrFail("docker.failed", $"cannot look at program {id}");
        return (state["Running"]!.GetValue<bool>(), state["ExitCode"]?.GetValue<int>() ?? 0, state["Pid"]!.GetValue<int>());
    }

    /// <summary>Each frame: one byte for the stream (1 output, 2 error), three unused, four for the length.</summary>
    private static async Task ReadAsync(Stream stream, CapturedOutput output, CapturedOutput error, CancellationToken cancellationToken)
    {
        var head = new byte[8];
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == head.Length)
            {
                var to = head[0] == 2 ? error : output;
                for (var left = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)); left > 0;)
                {
                    var count = await stream.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancellationToken).ConfigureAwait(false);
                    if (count == 0) break;
                    to.Add(buffer.AsSpan(0, count));
                    left -= count;
                }
            }
        }
        catch (IOException problem)
        {
            throw new FailureException("target.connectionLost", FailureKind.Transient, $"the connection to docker was lost while a program ran; it may have had its effect: {problem.Message}", problem);
        }
        finally
        {
            output.End();
            error.End();
        }
    }

    private static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte>? first, Stream? rest, CancellationToken cancellationToken)
    {
        try
        {
            if (first is { } bytes) await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            if (rest is not null) await rest.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
            // The program sees the end of its input, and its output still comes back.
            if (stream is NetworkStream network) network.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            // The program ended without reading all of it.
        }
    }

    /// <summary>The engine cannot signal a program that it started in a container; its machine can, and the program leads its process group.</summary>
    private static async Task EndAsync(DockerClient docker, string id)
    {
        using var patience = new CancellationTokenSource(EndPatience, TimeProvider.System);
        try
        {
            var state = await StateAsync(docker, id, patience.Token).ConfigureAwait(false);
            // Output may come before the engine has written down who gives it.
            for (; state is { Running: true, Pid: <= 0 }; state = await StateAsync(docker, id, patience.Token).ConfigureAwait(false))
                await Task.Delay(Glance, TimeProvider.System, patience.Token).ConfigureAwait(false);
            if (!state.Running) return;
            var end = new Command("sh", "-c", PosixShell.EndGroup, "orchestrator", state.Pid.ToString(CultureInfo.InvariantCulture));
            await docker.Host.RunAsync(end, patience.Token).ConfigureAwait(false);
            // A signal is sent before it has taken effect; who cancels is told when the program is gone.
            while ((await StateAsync(docker, id, patience.Token).ConfigureAwait(false)).Running) await Task.Delay(Glance, TimeProvider.System, patience.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OperationCanceledException or FailureException)
        {
            // Not reachable any more: nothing can be done from here.
        }
    }
}
