using Orchestrator.Activities.Targets;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine;
using Orchestrator.Engine.Planning;
using Orchestrator.Engine.Secrets;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Cli.Sessions;

/// <summary>Plans in this process, over a store that somebody else may own.</summary>
internal static class LocalPlan
{
    /// <summary>Says what a run would change.</summary>
    /// <param name="store">Where called blueprints and secrets are looked up.</param>
    /// <param name="seal">Opens secrets; only asked for when there is one.</param>
    /// <param name="ready">What would run.</param>
    /// <param name="terminal">The clock, and who may interrupt.</param>
    public static Task<PlanReport> PlanAsync(IStore store, Func<SecretSeal> seal, ReadyToRun ready, Terminal terminal)
    {
        var options = new PlanOptions
        {
            Activities = Compiling.Catalog, OpenTarget = BuiltinTargets.OpenAsync, Compile = Compiling.Compile, Time = terminal.Time,
            ResolveSecret = reference => StoredSecrets.Of(store, seal())(reference),
            FindDefinition = (name, version, cancellationToken) => FindAsync(store, ready.Called, name, version, cancellationToken),
        };
        return RunPlanner.PlanAsync(ready.Definition, ready.Inputs, options, terminal.Interrupted);
    }

    private static async Task<Definition?> FindAsync(IStore store, IReadOnlyList<Definition> beside, string name, int version, CancellationToken cancellationToken)
    {
        if (beside.FirstOrDefault(definition => definition.Name == name && (version == 0 || definition.Version == version)) is { } called) return called;
        if (await store.FindDefinitionAsync(name, version, cancellationToken).ConfigureAwait(false) is not { } hash) return null;
        return await store.ReadDefinitionAsync(hash, cancellationToken).ConfigureAwait(false) is { } json ? DefinitionJson.Read(json) with { Hash = hash } : null;
    }
}
