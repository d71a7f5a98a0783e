using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>One call of a function: its arguments, checked and ready. The receiver of a method is argument 0.</summary>
internal sealed class Invocation
{
    private readonly CallExpr _call;
    private readonly ExpressionFunction _function;
    private readonly Value?[] _arguments;
    private readonly int _offset;

    private Invocation(CallExpr call, ExpressionFunction function, Value?[] arguments, Evaluation evaluation)
    {
        _call = call;
        _function = function;
        _arguments = arguments;
        _offset = function.Receiver is null ? 0 : 1;
        Evaluation = evaluation;
    }

    public Evaluation Evaluation { get; }

    public int Count => _arguments.Length;

    public Value this[int index] => _arguments[index]!;

    public static Value Run(CallExpr call, ExpressionFunction[] candidates, Value? receiver, Evaluation evaluation)
    {
        if (receiver is UnknownValue) return receiver;
        if (receiver is NullValue) throw EvaluationFailures.NullReceiver(call);
        var function = Choose(candidates, receiver) ?? throw EvaluationFailures.NoFunction(call, receiver);
        var count = call.Arguments.Count;
        if (count < function.Least || count > function.Most)
            throw EvaluationFailures.Invalid(call, $"`{function.Signature}` was called with {count} arguments");
        if (ReferenceEquals(function, ExpressionFunctions.When)) return RunWhen(call, evaluation);

        var offset = receiver is null ? 0 : 1;
        var arguments = new Value?[count + offset];
        if (receiver is not null) arguments[0] = receiver;
        for (var i = 0; i < count; i++)
        {
            var wantsArrow = function.Parameter(i).Arrow;
            if (call.Arguments[i] is LambdaExpr != wantsArrow)
                throw EvaluationFailures.Invalid(call, wantsArrow ? $"`{function.Signature}` needs an arrow function such as `x => x.name`" : $"`{function.Signature}` takes no arrow function");
            if (!wantsArrow) arguments[i + offset] = call.Arguments[i].Evaluate(evaluation);
        }

        return new Invocation(call, function, arguments, evaluation).Run();
    }

    public bool Has(int index) => index < _arguments.Length && _arguments[index] is not (null or NullValue);

    public string Text(int index) => (_arguments[index] as StringValue)?.Text ?? throw Mismatch(index, "a text");

    public string Text(int index, string absent) => Has(index) ? Text(index) : absent;

    public double Number(int index) => (_arguments[index] as NumberValue)?.Number ?? throw Mismatch(index, "a number");

    public int Whole(int index, int absent)
    {
        if (!Has(index)) return absent;
        return _arguments[index] is NumberValue { IsInteger: true, Number: >= int.MinValue and <= int.MaxValue } whole ? (int)whole.Number : throw Mismatch(index, "a whole number");
    }

    public ListValue List(int index) => _arguments[index] as ListValue ?? throw Mismatch(index, "a list");

    public MapValue Map(int index) => _arguments[index] as MapValue ?? throw Mismatch(index, "a map");

    /// <summary>Calls the arrow function that is argument <paramref name="index"/>.</summary>
    public Value Call(int index, Value item, int position) =>
        Evaluation.Call((LambdaExpr)_call.Arguments[index - _offset], item, Value.Of(position));

    /// <summary>Calls the arrow function for a condition; the unknown when it is not known yet.</summary>
    public bool Test(int index, Value item, int position, out Value? unknown)
    {
        var value = Call(index, item, position);
        unknown = value as UnknownValue;
        return unknown is null && value is BoolValue flag ? flag.Flag : value is NullValue or UnknownValue ? false : throw Fail($"the arrow function of `{_function.Name}` must give true or false, not {EvaluationFailures.Describe(value)}");
    }

    public FailureException Fail(string problem) => EvaluationFailures.Invalid(_call, problem);

    /// <summary>Fails before text of this length is made.</summary>
    public void Expect(long length)
    {
        if (length > Evaluation.LargestResult) throw EvaluationFailures.TooLarge(_call);
    }

    private static Value RunWhen(CallExpr call, Evaluation evaluation)
    {
        var condition = call.Arguments[0].Evaluate(evaluation);
        return condition switch
        {
            UnknownValue => condition,
            BoolValue { Flag: true } => call.Arguments[1].Evaluate(evaluation),
            BoolValue or NullValue => call.Arguments[2].Evaluate(evaluation),
            _ => throw EvaluationFailures.Argument(call, "true or false", condition),
        };
    }

    private static ExpressionFunction? Choose(ExpressionFunction[] candidates, Value? receiver)
    {
        foreach (var candidate in candidates)
            if (receiver is null || Accepts(candidate.Receiver!.Kind, receiver))
                return candidate;
        return null;
    }

    private static bool Accepts(SchemaKind kind, Value receiver) => kind switch
    {
        SchemaKind.String => receiver is StringValue or SecretValue,
        SchemaKind.List => receiver is ListValue,
        SchemaKind.Number => receiver is NumberValue,
        _ => false,
    };

    private Value Run()
    {
        if (!_function.Transparent)
        {
            var secret = false;
            foreach (var argument in _arguments)
            {
                if (argument is null) continue;
                if (argument.HasUnknown) return Operators.UnknownIn(argument);
                secret |= argument.HasSecret;
            }

            if (secret) return RunOnSecrets();
        }
        else
        {
            foreach (var argument in _arguments)
                if (argument is UnknownValue)
                    return argument;
        }

        return Evaluation.Bounded(_call, _function.Body(this));
    }

    // Only text can be a secret: any other result would be out in the open.
    private Value RunOnSecrets()
    {
        if (_function.Result.Kind != SchemaKind.String) throw EvaluationFailures.SecretResult(_call);
        return Secrets.Derive(_arguments, () =>
        {
            var revealed = Array.ConvertAll(_arguments, argument => argument is null ? null : Secrets.Reveal(argument));
            try
            {
                return ((StringValue)new Invocation(_call, _function, revealed, Evaluation.Fresh()).Run()).Text;
            }
            catch (FailureException)
            {
                throw EvaluationFailures.Invalid(_call, $"`{_function.Name}` failed on a secret"); // its own message could quote the secret
            }
        });
    }

    private FailureException Mismatch(int index, string expected) =>
        EvaluationFailures.Argument(
            _call, index < _offset ? $"{expected} before it" : $"{expected} as `{_function.Parameter(index - _offset).Name}`", _arguments[index] ?? Value.Null);
}
