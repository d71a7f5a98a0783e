using System.CommandLine;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Diagnostics;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Inputs;

/// <summary>A blueprint that compiled and inputs that fit it: nothing stands in the way of a run.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Called">Definitions of blueprints beside it that it calls.</param>
/// <param name="Inputs">The inputs with defaults.</param>
internal sealed record ReadyToRun(Definition Definition, IReadOnlyList<Definition> Called, MapValue Inputs)
{
    /// <summary>Compiles and binds. Null when anything is wrong, and then every fault was printed and nothing was touched.</summary>
    public static ReadyToRun? Prepare(BlueprintFile file, ParseResult parsed, Terminal terminal)
    {
        var json = parsed.GetValue(CommonOptions.Json);
        if (Compiling.CompileOrPrint(file, terminal, json) is not { } definition) return null;
        var called = CalledBlueprints.CompileOrPrint(file, definition, terminal, json);
        var given = GivenInputs.Read(parsed, definition.Inputs, terminal);
        var bound = RunInputs.Bind(definition, given.Values, terminal.Time.GetUtcNow(), () => Guid.NewGuid().ToString(), fromText: true);
        if (called is not null && bound.Ok && given.Faults.Count == 0) return new ReadyToRun(definition, called, bound.Inputs);

        foreach (var fault in given.Faults) terminal.Refuse(ExitCode.Rejected, fault);
        if (!bound.Ok) Compiling.Print(new CheckedFile(file.Name, file.Text, bound.Diagnostics), terminal, json);
        return null;
    }
}
