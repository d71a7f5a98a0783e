using Orchestrator.Activities.Targets;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>Refuses to publish a workflow whose activities say how they are run in a way that no run could follow. A draft may say anything.</summary>
internal static class PolicyCheck
{
    /// <summary>Throws with every fault, each with its activity.</summary>
    /// <param name="json">The definition as it would be published.</param>
    public static async Task RunAsync(ReadOnlyMemory<byte> json)
    {
        var faults = new List<string>();
        foreach (var activity in ElsaReader.Read(json).Nodes.Values)
            foreach (var (property, input) in activity.Inputs)
                if (ElsaPolicy.Has(property) && await FaultAsync(property, input).ConfigureAwait(false) is { } fault)
                    faults.Add($"`{property}` of activity `{activity.StepId}`: {fault}");
        if (faults.Count > 0) throw new ElsaRejectedException("model.root", string.Join('\n', faults));
    }

    private static async Task<string?> FaultAsync(string property, ElsaInput input)
    {
        if (ElsaPolicy.Fault(property, input) is { } fault) return fault;
        if (property != ElsaPolicy.Target || input.Syntax is not ("Literal" or "Object")) return null;
        try
        {
            // Opening a target reads its settings; it is not connected before its first use.
            if (TargetText.Read(input.Content, name => Secret.FromPlainText(name)) is { } target)
                await (await BuiltinTargets.OpenAsync(target.Name, target.Kind, target.Settings, CancellationToken.None).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch (FailureException wrong)
        {
            return wrong.Failure.Message;
        }
    }
}
