using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Targets that are named exist; an ssh target has its host key, and no circle of jumps.</summary>
internal static class TargetCheck
{
    public static void Run(BlueprintPlan plan, ICollection<Diagnostic> diagnostics)
    {
        string[] known = ["local", .. plan.Targets.Select(target => target.Name)];
        foreach (var step in plan.AllSteps)
        {
            Named(plan, step.Node["target"], known, diagnostics);
            Named(plan, (step.Node["undo"] as YamlMapping)?["target"], known, diagnostics);
        }

        Named(plan, plan.Defaults?["target"], known, diagnostics);
        foreach (var target in plan.Targets)
        {
            if (target.Name == "local") diagnostics.Add(NameDiagnostics.ReservedName(target.Key.Span, "local", "it always means this machine"));
            if (target.Node["ssh"] is YamlMapping ssh) Ssh(plan, target, ssh, diagnostics);
            if (target.Node["docker"] is YamlMapping docker) Named(plan, docker["via"], ["local", .. Gateways(plan, target)], diagnostics);
        }
    }

    private static void Ssh(BlueprintPlan plan, TargetDeclaration target, YamlMapping ssh, ICollection<Diagnostic> diagnostics)
    {
        var place = target.Node.Find("ssh")!.Key.Span;
        var inHosts = target.IsGroup && Binder.Entries(target.Node["hosts"]).All(host => (host.Value as YamlMapping)?["hostKey"] is not null);
        if (ssh["hostKey"] is null && ssh["knownHosts"] is null && !inHosts)
            diagnostics.Add(ShapeDiagnostics.MissingKey(place, "hostKey", TargetGrammar.Ssh.Find("hostKey")!.Description));
        foreach (var name in new[] { "key", "password" })
            if (ssh[name] is YamlScalar { IsNull: false } text && !text.Text.Contains("${{", StringComparison.Ordinal))
                diagnostics.Add(SecretDiagnostics.PlainText(text.Span, name));

        if (ssh["jump"] is not YamlScalar { IsNull: false } jump) return;
        Named(plan, jump, [.. Gateways(plan, target)], diagnostics);
        var path = new List<string> { target.Name };
        for (var next = jump.Text; plan.Target(next) is { } through && path.Count <= plan.Targets.Count; next = ((through.Node["ssh"] as YamlMapping)?["jump"] as YamlScalar)?.Text)
        {
            path.Add(through.Name);
            if (through != target) continue;
            // Each circle once, at the target that is declared first.
            if (path.Count > 2 && path.Min(name => plan.Targets.FindIndex(other => other.Name == name)) == plan.Targets.IndexOf(target)) diagnostics.Add(ShapeDiagnostics.TargetCycle(jump.Span, path));
            break;
        }
    }

    /// <summary>The targets that another one may go through.</summary>
    private static IEnumerable<string> Gateways(BlueprintPlan plan, TargetDeclaration target) =>
        plan.Targets.Where(other => other.Kind is "ssh" or "local" && other != target).Select(other => other.Name);

    private static void Named(BlueprintPlan plan, YamlNode? node, string[] known, ICollection<Diagnostic> diagnostics)
    {
        if (node is YamlScalar { IsNull: false } name && !known.Contains(name.Text)) diagnostics.Add(NameDiagnostics.UnknownTarget(name.Span, name.Text, known, plan.Target(Spelling.Nearest(name.Text, known))?.Key.Span));
    }
}
