using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Vars, secrets and targets that nothing uses are probably left over, or misspelt where they should be used.</summary>
internal static class UnusedCheck
{
    public static void Run(BlueprintPlan plan, ICollection<Diagnostic> diagnostics)
    {
        // With errors about, something that seems unused may just be misspelt elsewhere.
        if (diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error)) return;
        var used = new HashSet<(string Root, string Name)>();
        foreach (var node in plan.Values.SelectMany(value => value.Pieces).SelectMany(piece => piece.Expression.Root.Descendants()))
        {
            if (node is MemberExpr { Target: NameExpr root } member) used.Add((root.Name, member.Name));
            else if (node is IndexExpr { Target: NameExpr list } index) used.Add((list.Name, index.Index is ConstantExpr { Value: StringValue name } ? name.Text : "*"));
        }

        foreach (var trigger in plan.Triggers)
            if ((trigger.Node["webhook"] as YamlMapping)?["secret"] is YamlScalar secret) used.Add(("secrets", secret.Text));
        foreach (var node in plan.AllSteps.SelectMany(step => new[] { step.Node, step.Undo?.Node }).Append(plan.Defaults).Select(node => node?["target"]))
            if (node is YamlScalar name) used.Add(("targets", name.Text));
        foreach (var ssh in plan.Targets.Select(target => target.Node["ssh"]).OfType<YamlMapping>())
            if (ssh["jump"] is YamlScalar jump) used.Add(("targets", jump.Text));
        foreach (var docker in plan.Targets.Select(target => target.Node["docker"]).OfType<YamlMapping>())
            if (docker["via"] is YamlScalar via) used.Add(("targets", via.Text));

        Report("var", "vars", plan.Vars.Select(value => value.Key!));
        Report("secret", "secrets", plan.Secrets.Select(declared => declared.Key));
        Report("target", "targets", plan.Targets.Select(target => target.Key));

        void Report(string what, string root, IEnumerable<YamlScalar> names)
        {
            if (used.Contains((root, "*"))) return;
            foreach (var name in names.Where(name => !used.Contains((root, name.Text)))) diagnostics.Add(NameDiagnostics.Unused(name.Span, what, name.Text));
        }
    }
}
