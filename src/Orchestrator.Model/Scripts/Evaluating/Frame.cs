using Orchestrator.Model.Scripts.Syntax;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>One step of a compiled expression.</summary>
internal delegate Value Evaluator(Frame frame);

/// <summary>One evaluation: what the script sees, parameters of its arrow functions, and what it may still use.</summary>
internal sealed class Frame(ScriptContext context, int slots)
{
    private const int MostSteps = 200_000;
    private const int LongestText = 1 << 20;

    private int _steps;

    public ScriptContext Context { get; } = context;

    /// <summary>Parameters. An arrow function runs within the call that it is given to and never again, so each has one place.</summary>
    public Value[] Slots { get; } = slots == 0 ? [] : new Value[slots];

    /// <summary>What is being evaluated, for the message when it throws.</summary>
    public Place At { get; set; }

    /// <summary>How many ids it asked for.</summary>
    public int Ids { get; set; }

    public void Step(int count = 1)
    {
        _steps += count;
        if (_steps > MostSteps) throw new Failures.FailureException("script.timeout", Failures.FailureKind.Permanent, $"the expression took more than {MostSteps} steps");
    }

    public static StringValue Bounded(string text) =>
        text.Length <= LongestText ? new StringValue(text) : throw ScriptFailures.Memory($"the expression made a text of more than {LongestText} characters");

    /// <summary>What was read from outside, named for the refusal when it is a secret.</summary>
    public static Value Read(string kind, string name, Value? value) => value switch
    {
        null => Undefined.It,
        SecretValue => throw ScriptFailures.Secret($"{kind} `{name}`"),
        _ => value,
    };
}
