using Orchestrator.Engine.Elsa.Structured;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Primitives;

/// <summary>WriteLine: a line in the run's log.</summary>
internal sealed class WriteLineRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var text = activity.Inputs.Get("text") ?? activity.Inputs.Get("message") ?? Value.Null;
        interpreter.Decider.Decision.Lines.Add((activity.Node.StepId, text.IsNull ? "" : text.ToString()));
        interpreter.Complete(activity);
    }
}

/// <summary>SetVariable: by the id of the variable, wherever that is declared.</summary>
internal sealed class SetVariableRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var variable = activity.Node.Bare.Get("variable");
        var id = variable?.Get("id")?.AsString() ?? variable?.Get("name")?.AsString()
            ?? throw new FailureException("elsa.input", FailureKind.Permanent, "Variable names no variable");
        var value = activity.Inputs.Get("value") ?? Value.Null;
        if (Memory.Holder(interpreter.State, activity, id) is { } holder) Memory.Assign(interpreter, holder, id, value);
        else Memory.AssignByName(interpreter, activity, variable?.Get("name")?.AsString() ?? id, ElsaTypes.Convert(value, variable?.Get("typeName")?.AsString()));
        interpreter.Complete(activity);
    }
}

/// <summary>SetName: the run's name.</summary>
internal sealed class SetNameRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        interpreter.NoteRun("name", activity.Inputs.Get("value") ?? Value.Null);
        interpreter.Complete(activity);
    }
}

/// <summary>Correlate: the run's correlation id.</summary>
internal sealed class CorrelateRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        interpreter.NoteRun("correlationId", activity.Inputs.Get("correlationId") ?? Value.Null);
        interpreter.Complete(activity);
    }
}

/// <summary>SetOutput: an output of the workflow.</summary>
internal sealed class SetOutputRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var name = activity.Inputs.Get("outputName")?.AsString() ?? throw new FailureException("elsa.input", FailureKind.Permanent, "OutputName names no output");
        var declared = interpreter.State.Program.Outputs.FirstOrDefault(output => output.Name == name);
        var value = activity.Inputs.Get("outputValue") ?? Value.Null;
        interpreter.NoteRun("output:" + name, declared is null ? value : ElsaTypes.Convert(value, declared.TypeName, declared.IsArray));
        interpreter.Complete(activity);
    }
}

/// <summary>Fault: fails with what it is told.</summary>
internal sealed class FaultRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        string Text(string name) => activity.Inputs.Get(name)?.AsString() ?? "";
        throw new FailureException(new Failure(
            Text("code") is { Length: > 0 } code ? code : "elsa.fault", FailureKind.Permanent, Text("message"),
            Value.Map(("category", Value.Of(Text("category"))), ("faultType", Value.Of(Text("faultType"))))));
    }
}

/// <summary>WriteHttpResponse, WriteFileHttpResponse: their inputs are journaled, and whoever holds the request open answers with them.</summary>
internal sealed class HttpResponseRule : Rule
{
    private const int Mib = 1024 * 1024;

    /// <summary>The most that its content may take in the journal, in bytes.</summary>
    public int MaxContent { get; init; } = Mib;

    /// <summary>The same for one that answers with files, as base64.</summary>
    public const int MaxFiles = 24 * Mib;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        if (activity.Inputs.Get("content") is { } content && ValueJson.Serialize(content).Length > MaxContent)
            throw new FailureException("elsa.responseTooLarge", FailureKind.Permanent, $"Content is larger than {MaxContent / Mib} MiB, the most that a response may hold");
        interpreter.Complete(activity);
    }
}
