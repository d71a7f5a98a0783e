using System.Text.Json;
using Orchestrator.Activities.Files;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Run;

/// <summary>What a script says for the steps after it: one JSON object, or lines <c>name=value</c> whose values are text.</summary>
internal static class ScriptOutputs
{
    public static IReadOnlyDictionary<string, Value> Parse(string text)
    {
        if (text.TrimStart().StartsWith('{'))
        {
            try
            {
                return JsonMerge.Parse(text).Entries;
            }
            catch (MergeException problem)
            {
                throw Fail(problem.Line, problem.Problem);
            }
        }

        var outputs = new OrderedDictionary<string, Value>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.Trim().Length == 0) continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw Fail(number, "expected `name=value` or a JSON object");
            outputs[line[..equals].Trim()] = Value.Of(line[(equals + 1)..].TrimEnd('\r'));
        }

        return outputs;
    }

    private static FailureException Fail(int line, string problem) =>
        new("run.badOutput", FailureKind.Permanent, $"the script ended well, but line {line} of ${ScriptRun.OutputVariable} cannot be read: {problem}");
}
