using Orchestrator.Engine.Folding;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Steps;

/// <summary>RunJavaScript: an expression is evaluated at once, anything more runs as a step. It leaves by the outcomes that the script set.</summary>
internal sealed class JavaScriptRule : Rule
{
    private const string Name = "script";

    public override bool OwnsScript(string name) => name == Name + "Body";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var source = activity.Inputs.Get("script")?.AsString() ?? "";
        if (string.IsNullOrWhiteSpace(source))
        {
            interpreter.Complete(activity);
            return;
        }

        var script = interpreter.Run.Graph.ScriptOf(source);
        if (!script.IsPure && script.IsValid) interpreter.Script(activity, Name + "Body", source);
        else interpreter.Complete(activity, null, Value.Map(("result", script.Evaluate(ActivityInputs.Context(interpreter.Run, activity, interpreter.Now)))));
    }

    public override void Scripted(Interpreter interpreter, ActivityState activity)
    {
        var result = activity.Note("script:" + Name + "Body") ?? Value.EmptyMap;
        IReadOnlyList<string>? outcomes = result.Get("outcomes") is ListValue list ? [.. list.Items.Select(item => item.AsString() ?? "")] : null;
        interpreter.Complete(activity, outcomes, Value.Map(("result", result.Get("value") ?? Value.Null)));
    }

    public override void StepFailed(Interpreter interpreter, ActivityState activity, StepState step, Failure failure) => interpreter.Fault(activity, failure);
}
