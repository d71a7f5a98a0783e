using System.Text;
using Orchestrator.Model.Scripts.Syntax;

namespace Orchestrator.Model.Scripts.Lowering;

internal sealed partial class Lowerer
{
    // Functions are there before the block's first statement.
    private string LowerAll(IReadOnlyList<Statement> statements)
    {
        var text = new StringBuilder();
        foreach (var function in statements.OfType<FunctionStatement>())
            text.Append(LoweredScript.Mark(function.At)).Append($"{Reference(function.Function.Name!)} = {LowerFunction(function.Function)};");
        foreach (var statement in statements)
            if (statement is not (FunctionStatement or EmptyStatement)) text.Append(LoweredScript.Mark(statement.At)).Append(Lower(statement));
        return text.ToString();
    }

    private string Lower(Statement statement)
    {
        switch (statement)
        {
            case ExpressionStatement one: return $"{(IsTop ? "$c = " : "")}{Lower(one.Expression)};";
            case VariableStatement variables: return string.Concat(variables.Declarators.Select(one => LowerDeclarator(variables, one)));
            case BlockStatement block: return "{ " + WithScope(block.Statements, () => LowerAll(block.Statements)) + " }";
            case ReturnStatement result: return result.Value is null ? "return;" : $"return ({Lower(result.Value)});";
            case IfStatement choice: return $"if ({Lower(choice.Test)}) {LowerNested(choice.Then)}{(choice.Else is null ? "" : $" else {LowerNested(choice.Else)}")}";
            case ThrowStatement thrown: return $"throw ({Lower(thrown.Value)});";
            case JumpStatement jump: return $"{(jump.IsBreak ? "break" : "continue")}{(jump.Label is null ? "" : " " + jump.Label + "$_l")};";
            case LabeledStatement labeled: return $"{labeled.Label}$_l: {LowerLabeled(labeled.Body)}";
            case TryStatement attempt: return LowerTry(attempt);
            case SwitchStatement choice: return "{ " + LowerSwitch(choice) + " }";
            case ForStatement or ForEachStatement or WhileStatement or DoWhileStatement: return LowerLoop(statement);
            case FunctionStatement function: return $"{Reference(function.Function.Name!)} = {LowerFunction(function.Function)};";
            case ClassStatement type: return Lower(type.Class);
            default: return ";";
        }
    }

    private string LowerNested(Statement statement) => statement is BlockStatement ? Lower(statement)
        : "{ " + WithScope([statement], () => LoweredScript.Mark(statement.At) + Lower(statement)) + " }";

    // A label stands right before its loop, or `continue` would not find it.
    private string LowerLabeled(Statement statement) => statement is ForStatement or ForEachStatement or WhileStatement or DoWhileStatement ? LowerLoop(statement) : LowerNested(statement);

    private string LowerDeclarator(VariableStatement variables, Declarator one)
    {
        if (one.Value is null) return variables.Kind == "var" ? "" : $"{Assigned(one.Target, "void 0", declare: true)};";
        return $"{Assigned(one.Target, Lower(one.Value), declare: true)};";
    }

    private string LowerTry(TryStatement attempt)
    {
        var text = new StringBuilder("try ").Append(Lower(attempt.Body));
        if (attempt.Catch is { } caught)
        {
            IReadOnlyList<Node> declared = attempt.Parameter is null ? [] : [new VariableStatement(attempt.At, "let", [new Declarator(attempt.At, attempt.Parameter, null)])];
            text.Append(" catch ($e) { ").Append(WithScope(declared, () =>
                (attempt.Parameter is null ? "" : Assigned(attempt.Parameter, "$e", declare: true) + ";") + Lower(caught))).Append(" }");
        }

        if (attempt.Finally is { } last) text.Append(" finally ").Append(Lower(last));
        return text.ToString();
    }

    private string LowerSwitch(SwitchStatement choice)
    {
        var value = Lower(choice.Value);
        return WithScope([.. choice.Cases.SelectMany(one => one.Body)], () =>
        {
            var text = new StringBuilder($"switch ({value}) {{");
            foreach (var one in choice.Cases)
                text.Append(one.Test is null ? " default: " : $" case {Lower(one.Test)}: ").Append(LowerAll(one.Body));
            return text.Append(" }").ToString();
        });
    }

    private string LowerLoop(Statement loop)
    {
        var before = _function.InLoop;
        _function.InLoop |= loop.HasFunctions;
        var text = loop switch
        {
            WhileStatement one => $"while ({Lower(one.Test)}) {LowerNested(one.Body)}",
            DoWhileStatement one => $"do {LowerNested(one.Body)} while ({Lower(one.Test)});",
            ForStatement one => LowerFor(one),
            _ => LowerForEach((ForEachStatement)loop),
        };
        _function.InLoop = before;
        return text;
    }

    private string LowerFor(ForStatement loop)
    {
        var outer = _scope;
        _scope = new Scope(outer, _function);
        var (start, renew) = ("", "");
        if (loop.Start is VariableStatement variables)
        {
            var names = Declared(variables).ToList();
            if (_function.InLoop && names.Count > 0)
            {
                // Each round has variables of its own, which begin with what the round before left in them.
                var owner = _scope.Object = Local("$s");
                start = $"{owner} = {{}}, ";
                renew = $"{owner} = {{{string.Join(", ", names.Select(one => $"{Text(one.Name)}: {owner}[{Text(one.Name)}]"))}}}";
            }

            foreach (var (name, isConstant) in names) Declare(name, isConstant);
            start += string.Join(", ", variables.Declarators.Where(one => one.Value is not null || variables.Kind != "var")
                .Select(one => Assigned(one.Target, one.Value is null ? "void 0" : Lower(one.Value), declare: true)));
        }
        else if (loop.Start is { } expression) start = Lower(expression);

        var test = loop.Test is null ? "" : Lower(loop.Test);
        var next = loop.Next is null ? "" : Lower(loop.Next);
        if (renew.Length > 0) next = next.Length > 0 ? $"{renew}, {next}" : renew;
        var text = $"for ({start.TrimEnd(',', ' ')}; {test}; {next}) {LowerNested(loop.Body)}";
        _scope = outer;
        return text;
    }

    private string LowerForEach(ForEachStatement loop)
    {
        var right = Lower(loop.Right);
        var declared = loop.Left as VariableStatement;
        var target = declared?.Declarators[0].Target ?? loop.Left;
        var (list, index) = (Temporary(), Temporary());
        var body = WithScope(declared is null ? [] : [declared], () => Assigned(target, loop.IsOf ? $"{list}[{index}]" : index, declared is not null) + ";" + LowerNested(loop.Body));
        return loop.IsOf
            ? $"for ({list} = $.items({right}), {index} = 0; {index} < {list}.length; {index}++) {{ {body} }}"
            : $"for ({index} in {right}) {{ {body} }}";
    }
}
