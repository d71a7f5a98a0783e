using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <content>Calls.</content>
public sealed partial class ExpressionChecker
{
    private Schema TypeOfCall(CallExpr node)
    {
        var receiver = node.Receiver is null ? null : TypeOf(node.Receiver);
        var candidates = node.Candidates.Where(candidate => receiver is null || receiver.Kind == SchemaKind.Any || Shapes.Fits(candidate.Receiver!, receiver)).ToList();
        if (candidates.Count == 0)
        {
            foreach (var argument in node.Arguments)
                if (argument is not LambdaExpr)
                    TypeOf(argument);
            return Report(receiver is null
                ? ExpressionDiagnostics.UnknownFunction(node, Names(function => function.Receiver is null))
                : ExpressionDiagnostics.UnknownMethod(node, receiver, [.. Names(function => function.Receiver is not null && Shapes.Fits(function.Receiver, receiver))]));
        }

        var called = candidates.Find(candidate => node.Arguments.Count >= candidate.Least && node.Arguments.Count <= candidate.Most);
        if (called is null) return Report(ExpressionDiagnostics.ArgumentCount(node, candidates[0]));
        var ambiguous = candidates.Count > 1;
        var schemas = new List<Schema>();
        if (receiver is not null) schemas.Add(receiver);
        for (var i = 0; i < node.Arguments.Count; i++) schemas.Add(TypeOfArgument(node, called, i, receiver, ambiguous));
        CheckPattern(node, called);

        if (!called.Transparent && schemas.Exists(Shapes.HasSecret))
            return called.Result.Kind == SchemaKind.String ? Schema.String with { Secret = true } : Report(ExpressionDiagnostics.SecretUse(node, $"`{called.Name}`"));
        return ambiguous ? Schema.Any with { Secret = receiver!.Secret } : called.ResultOf?.Invoke(schemas) ?? called.Result;
    }

    private static IEnumerable<string> Names(Func<ExpressionFunction, bool> which) =>
        ExpressionFunctions.All.Where(which).Select(function => function.Name).Distinct();

    private Schema TypeOfArgument(CallExpr node, ExpressionFunction function, int index, Schema? receiver, bool ambiguous)
    {
        var (argument, parameter) = (node.Arguments[index], function.Parameter(index));
        if (argument is LambdaExpr lambda)
        {
            if (!parameter.Arrow) return Report(ExpressionDiagnostics.ArrowNotExpected(argument, function));
            if (lambda.Parameters.Count > 2) return Report(ExpressionDiagnostics.ArrowExpected(argument, function));
            var outer = _locals.Count;
            var item = receiver is { Kind: SchemaKind.List } ? Shapes.Inner(receiver) : Schema.Any;
            foreach (var (name, schema) in lambda.Parameters.Zip([item, Schema.Int])) _locals.Add((name, schema));
            var body = TypeOf(lambda.Body);
            _locals.RemoveRange(outer, _locals.Count - outer);
            if (parameter.Schema.Kind == SchemaKind.Bool) Operand(lambda, function.Name, Schema.Bool, lambda.Body, body);
            else if (function.Name == "sortBy" && Shapes.HasSecret(body)) Report(ExpressionDiagnostics.SecretUse(lambda.Body, "The order"));
            return body;
        }

        var found = TypeOf(argument);
        if (parameter.Arrow) return Report(ExpressionDiagnostics.ArrowExpected(argument, function));
        if (!ambiguous && !Shapes.Fits(parameter.Schema, found)) return Report(ExpressionDiagnostics.Argument(argument, function, parameter, found));
        return found;
    }

    private void CheckPattern(CallExpr node, ExpressionFunction function)
    {
        for (var i = 0; i < node.Arguments.Count; i++)
        {
            if (node.Arguments[i] is not ConstantExpr { Value: StringValue text } constant) continue;
            if (function.Parameter(i).Name == "pattern" && Patterns.Compile(text.Text).Problem is { } problem) Report(ExpressionDiagnostics.Pattern(constant, problem));
            else if (function.Parameter(i).Schema.Format is not null) CheckConstant(function.Parameter(i).Schema, constant, text, function.Parameter(i).Name);
        }
    }
}
