using System.Text.RegularExpressions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>A script that is only an expression, evaluated in the decision; anything else runs in a process of its own.</summary>
internal sealed partial class PureScript
{
    private readonly Expression? _expression;

    public PureScript(string source)
    {
        var text = Named().Replace(Quoted().Replace(source.Trim().TrimEnd(';'), "$1.$2"), match => $"getVariable.{match.Groups[1].Value}");
        try
        {
            _expression = Expression.Parse(text);
        }
        catch (Exception no) when (no is FormatException or Model.Failures.FailureException or InvalidOperationException)
        {
            _expression = null;
        }
    }

    public bool IsPure => _expression is not null;

    public Value Evaluate(ScriptContext context) => _expression!.Evaluate(new EvaluationContext
    {
        Now = context.Now,
        NewUuid = () => "",
        Root = name => name switch { "getVariable" or "variables" => context.Variables, "getInput" => context.Input, _ => null },
        Member = (root, name) => root switch
        {
            "getVariable" or "variables" => context.Variables.Get(name) ?? Value.Null,
            "getInput" => context.Input.Get(name) ?? Value.Null,
            _ => null,
        },
    });

    [GeneratedRegex(@"\b(getVariable|getInput)\(\s*['""](\w+)['""]\s*\)")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bget([A-Z]\w*)\(\)")]
    private static partial Regex Named();
}
