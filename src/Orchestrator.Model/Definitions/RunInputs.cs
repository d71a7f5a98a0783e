using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>What a new run starts with.</summary>
/// <param name="Inputs">The inputs with their defaults; plain text given for a secret input is a secret now. Inputs that were not given and have no default are null.</param>
/// <param name="Vars">The variables.</param>
/// <param name="Diagnostics">Every fault at once, codes <c>BP45xx</c>; when there is one the run must not exist.</param>
public sealed record BoundInputs(MapValue Inputs, MapValue Vars, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>True when the run may exist.</summary>
    public bool Ok => Diagnostics.Count == 0;
}

/// <summary>Binds what somebody gave to what a definition declares: defaults, types, checks. Finds all faults, never the first only.</summary>
public static class RunInputs
{
    /// <summary>Binds inputs and computes variables.</summary>
    /// <param name="definition">What declares them.</param>
    /// <param name="given">What was given, by name.</param>
    /// <param name="now">What <c>now()</c> gives in variables and checks.</param>
    /// <param name="newUuid">What <c>uuid()</c> gives.</param>
    /// <param name="fromText">
    /// True when texts come from a command line (<c>--set vlan=42</c>): a text for an input of another type is read as that type. JSON bodies are taken as they are.
    /// </param>
    public static BoundInputs Bind(Definition definition, MapValue given, DateTimeOffset now, Func<string> newUuid, bool fromText = false)
    {
        var diagnostics = new List<Diagnostic>();
        var faulty = new HashSet<string>(StringComparer.Ordinal);
        var inputs = BindInputs(definition, given, fromText, diagnostics, faulty);
        var vars = Value.EmptyMap;
        var context = new EvaluationContext
        {
            Root = name => name switch
            {
                "inputs" => inputs,
                "vars" => vars,
                _ => null,
            },
            Now = now,
            NewUuid = newUuid,
        };

        foreach (var (name, expression) in definition.Vars)
        {
            if (DependsOn(expression, faulty))
            {
                faulty.Add("vars." + name);
                continue;
            }

            try
            {
                vars = vars.With(name, expression.Evaluate(context));
            }
            catch (FailureException failed)
            {
                faulty.Add("vars." + name);
                diagnostics.Add(InputDiagnostics.VariableFailed(expression.Span, name, failed.Failure));
            }
        }

        foreach (var check in definition.Checks)
            if (!DependsOn(check.Require, faulty) && Failed(check, context) is { } diagnostic)
                diagnostics.Add(diagnostic);
        return new BoundInputs(inputs, vars, diagnostics);
    }

    private static MapValue BindInputs(Definition definition, MapValue given, bool fromText, List<Diagnostic> diagnostics, HashSet<string> faulty)
    {
        var bound = new List<(string, Value)>();
        foreach (var field in definition.Inputs.Fields)
        {
            var span = definition.InputSpans.GetValueOrDefault(field.Name);
            var value = given.Get(field.Name) ?? Value.Null;
            if (value.IsNull)
            {
                value = field.Default ?? Value.Null;
                if (field.Required && value.IsNull) Fault(InputDiagnostics.Missing(span, field));
            }
            else if (fromText && value is StringValue text)
            {
                value = InputText.Read(field.Schema, text.Text);
            }

            // A default was checked when the blueprint was compiled.
            if (!value.IsNull && given.Get(field.Name) is { IsNull: false })
                foreach (var wrong in SchemaChecker.Check(field.Schema, value, $"inputs.{field.Name}")) Fault(InputDiagnostics.Invalid(span, wrong));
            bound.Add((field.Name, InputText.Seal(field.Schema, value)));

            void Fault(Diagnostic diagnostic)
            {
                diagnostics.Add(diagnostic);
                faulty.Add("inputs." + field.Name);
            }
        }

        var names = definition.Inputs.Fields.Select(field => field.Name).ToList();
        foreach (var stray in given.Entries.Keys.Where(key => !names.Contains(key))) diagnostics.Add(InputDiagnostics.Unknown(stray, names, definition));
        return Value.Map(bound);
    }

    private static Diagnostic? Failed(InputCheck check, EvaluationContext context)
    {
        try
        {
            var holds = check.Require.Evaluate(context);
            return holds is BoolValue { Flag: true } or UnknownValue ? null : InputDiagnostics.CheckFailed(check);
        }
        catch (FailureException failed)
        {
            return InputDiagnostics.CheckBroken(check, failed.Failure);
        }
    }

    private static bool DependsOn(Expression expression, HashSet<string> faulty) =>
        faulty.Count > 0 && expression.References().Any(path =>
            path.Count > 1 ? faulty.Contains($"{path[0]}.{path[1]}") : path[0] is "inputs" or "vars" && faulty.Any(name => name.StartsWith(path[0] + ".", StringComparison.Ordinal)));
}
