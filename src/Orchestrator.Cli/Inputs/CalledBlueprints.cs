using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Cli.Inputs;

/// <summary>
/// The blueprints that a blueprint calls, as far as they lie beside it: <c>call: network@1</c> finds <c>network.yaml</c>. They are checked before anything runs and stored with the run. A called blueprint
/// that is not there must have been submitted before.
/// </summary>
internal static class CalledBlueprints
{
    /// <summary>Compiles them, and those they call. Null when one was refused, and then every fault of it was printed.</summary>
    public static IReadOnlyList<Definition>? CompileOrPrint(BlueprintFile file, Definition definition, Terminal terminal, bool json)
    {
        var found = new Dictionary<string, Definition>(StringComparer.Ordinal) { [definition.Name] = definition };
        var open = new Queue<Definition>([definition]);
        var refused = false;
        while (open.TryDequeue(out var caller))
        {
            foreach (var name in NamesIn(caller).Where(name => !found.ContainsKey(name)).Distinct())
            {
                var path = Path.Combine(Path.GetDirectoryName(file.Name) ?? "", name + ".yaml");
                if (file.Name == BlueprintFile.StandardInput || !File.Exists(path)) continue;
                if (Compiling.CompileOrPrint(BlueprintFile.Read(path, terminal), terminal, json) is { } called)
                {
                    found[name] = called;
                    open.Enqueue(called);
                }
                else
                {
                    refused = true;
                }
            }
        }

        return refused ? null : [.. found.Values.Where(called => called != definition)];
    }

    private static IEnumerable<string> NamesIn(Definition definition) =>
        new[] { definition.Root, definition.Rescue, definition.Always }.OfType<ActivityNode>().SelectMany(All)
            .Where(node => node.Type == ActivityTypes.Call)
            .Select(node => node.Inputs.GetValueOrDefault("blueprint")?.ConstantValue?.AsString()?.Split('@')[0]).OfType<string>();

    private static IEnumerable<ActivityNode> All(ActivityNode node) =>
        node.Activities.Concat(node.Bodies.Values).Concat(node.Policy.Undo is { } undo ? [undo] : []).SelectMany(All).Prepend(node);
}
