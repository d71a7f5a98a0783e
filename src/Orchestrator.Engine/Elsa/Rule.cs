using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>How activities of one type behave. Rules hold no state; what must be remembered is noted in the execution.</summary>
internal abstract class Rule
{
    /// <summary>The inputs that are evaluated before it runs, in this order.</summary>
    public InputSpec[] Inputs { get; init; } = [];

    /// <summary>False when an execution has no inputs of its own.</summary>
    public virtual bool HasInputs(ElsaState state, ActivityState activity) => true;

    /// <summary>True when the conditions of its cases are evaluated with its inputs, as <c>case0</c>, <c>case1</c> …</summary>
    public virtual bool HasCases => false;

    /// <summary>True when it ends the flowchart or sequence around it as it completes.</summary>
    public virtual bool IsTerminal => false;

    /// <summary>Its turn has come; inputs are evaluated.</summary>
    public abstract void Run(Interpreter interpreter, ActivityState activity);

    /// <summary>A child of it completed.</summary>
    public virtual void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes) =>
        interpreter.Complete(activity);

    /// <summary>A child of it was cancelled.</summary>
    public virtual void ChildCancelled(Interpreter interpreter, ActivityState activity, ActivityState child)
    {
    }

    /// <summary>True when a failure of something below is for it to deal with.</summary>
    public virtual bool Handles(ActivityState activity) => false;

    /// <summary>True when it does so in such a way that the run need not be held for a person.</summary>
    public virtual bool Excuses(ActivityState activity) => false;

    /// <summary>Something below it failed, and it <see cref="Handles"/> that.</summary>
    /// <param name="interpreter">Who decides.</param>
    /// <param name="activity">The execution.</param>
    /// <param name="child">Its child in which that was, or which that was.</param>
    /// <param name="failure">What.</param>
    public virtual void Take(Interpreter interpreter, ActivityState activity, ActivityState child, Failure failure) => throw new InvalidOperationException($"{activity} handles no failures");

    /// <summary>True when a failure of its step is an outcome like any other.</summary>
    public virtual bool Expects(Interpreter interpreter, ActivityState activity, Failure failure) => false;

    /// <summary>What it waited for came.</summary>
    public virtual void Resumed(Interpreter interpreter, ActivityState activity, BookmarkState bookmark, Value payload) => interpreter.Complete(activity);

    /// <summary>Its step is done.</summary>
    public virtual void StepDone(Interpreter interpreter, ActivityState activity, StepState step, Value output) => interpreter.Complete(activity, null, output as MapValue);

    /// <summary>Its step failed for good.</summary>
    public virtual void StepFailed(Interpreter interpreter, ActivityState activity, StepState step, Failure failure) => interpreter.Fault(activity, failure);

    /// <summary>
    /// The execution shall go on as an activity of another version of its definition: those of its notes that say something else there, because they count places in the definition. Null = it cannot.
    /// </summary>
    public virtual IReadOnlyList<(string Name, Value Value)>? Carry(ActivityState activity, ElsaActivity to) => [];

    /// <summary>True for a script that runs after the activity has begun; false for one that an input needs first.</summary>
    public virtual bool OwnsScript(string name) => false;

    /// <summary>A script that it needed has run.</summary>
    public virtual void Scripted(Interpreter interpreter, ActivityState activity) => Run(interpreter, activity);
}

/// <summary>An input of an activity type.</summary>
/// <param name="Name">As descriptors name it, for example <c>Text</c>.</param>
/// <param name="Type">What its value is converted to.</param>
/// <param name="Default">Its value when nothing is given; null = none.</param>
internal sealed record InputSpec(string Name, string Type, Value? Default = null)
{
    /// <summary>The property that holds it.</summary>
    public string Property { get; } = char.ToLowerInvariant(Name[0]) + Name[1..];
}
