using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Graphs;

/// <summary>One step of a definition, resolved: its kind, its activity, its flows and what can be computed once.</summary>
internal sealed class Step
{
    private static readonly TimeSpan PollDeadline = TimeSpan.FromMinutes(15);

    public Step(RunGraph graph, ActivityNode node, Flow flow, int index, ActivityCatalog activities)
        : this(node, flow, index, KindOf(node.Type))
    {
        if (Kind == StepKind.Leaf) Descriptor = activities.Find(node.Type, node.Version);
        graph.Register(this);
        foreach (var (role, body) in node.Bodies)
        {
            var made = new Flow(graph, body, this, RoleOf(role), activities);
            if (made.Role == FlowRole.Rescue) Rescue = made;
            else if (made.Role == FlowRole.Always) Always = made;
            else Body = made;
        }

        HasInputs = node.Inputs.Count > 0;
        if (node.Inputs.Values.All(input => input.IsConstant))
            ConstantInput = Value.Map(node.Inputs.Select(input => (input.Key, input.Value.ConstantValue!)));
        if (HasAttempts && !node.Policy.NoUndo) Undo = UndoOf(activities);
        if (Undo is not null) graph.Register(Undo);
    }

    private Step(ActivityNode node, Flow flow, int index, StepKind kind)
    {
        Node = node;
        Id = node.Id;
        Flow = flow;
        Index = index;
        Kind = kind;
    }

    /// <summary>The node of the definition.</summary>
    public ActivityNode Node { get; }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>The flow it stands in.</summary>
    public Flow Flow { get; }

    /// <summary>Its place there; -1 for an undo, which stands in no flow.</summary>
    public int Index { get; }

    /// <summary>Which rules it follows.</summary>
    public StepKind Kind { get; }

    /// <summary>The activity made in Studio whose work it does; null for steps of a blueprint.</summary>
    public Model.Elsa.ElsaActivity? Elsa { get; private init; }

    /// <summary>The activity; null for containers, and when the catalog does not know it.</summary>
    public ActivityDescriptor? Descriptor { get; private init; }

    /// <summary>How it is run.</summary>
    public StepPolicy Policy => Node.Policy;

    /// <summary>Connections that leave it.</summary>
    public Edge[] Outbound { get; set; } = [];

    /// <summary>Connections that lead to it from reachable steps.</summary>
    public Edge[] Inbound { get; set; } = [];

    /// <summary>True when a path leads to it from the start of its flow.</summary>
    public bool IsReachable { get; set; }

    /// <summary>Body of a container.</summary>
    public Flow? Body { get; }

    /// <summary>Rescue of a block.</summary>
    public Flow? Rescue { get; }

    /// <summary>Always of a block.</summary>
    public Flow? Always { get; }

    /// <summary>The input when it is the same in every run; the journal then leaves it out.</summary>
    public MapValue? ConstantInput { get; private init; }

    /// <summary>True when it has any input.</summary>
    public bool HasInputs { get; }

    /// <summary>The step that takes this one back; null when nothing does.</summary>
    public Step? Undo { get; private set; }

    /// <summary>The step that this one takes back; null for ordinary steps.</summary>
    public Step? Undoes { get; private init; }

    /// <summary>True for steps that run an activity or the engine's own call: they take a place and have attempts.</summary>
    public bool HasAttempts => Kind is StepKind.Leaf or StepKind.Call or StepKind.Script or StepKind.Publish;

    /// <summary>What it may do to the world.</summary>
    public Effect Effect => Kind == StepKind.Publish ? Effect.Keyed : Kind == StepKind.Script ? Effect.Read : Policy.Effect ?? Descriptor?.Effect ?? Effect.Idempotent;

    /// <summary>True when a crash must find its start in the journal.</summary>
    public bool StartIsDurable => Effect is Effect.Keyed or Effect.Reattach or Effect.Once;

    /// <summary>How many attempts it has at most.</summary>
    public int MaxAttempts => Effect == Effect.Once && !Policy.Retry.IsExplicit ? 1 : 1 + Policy.Retry.Max;

    /// <summary>How long it may take in all; a step that polls always has such a deadline.</summary>
    public TimeSpan? TotalTimeout => Policy.TotalTimeout ?? (Policy.Until is not null || Descriptor?.Polls == true ? PollDeadline : null);

    /// <summary>The step of an activity made in Studio; it stands in no flow.</summary>
    public static Step Of(RunGraph graph, Model.Elsa.ElsaActivity activity, bool isScript, string name, ActivityCatalog activities)
    {
        var kind = isScript ? StepKind.Script
            : activity.Type == "Elsa.PublishEvent" ? StepKind.Publish
            : activity.Type == ActivityTypes.Approve ? StepKind.Approve
            : activity.Type == ActivityTypes.Wait ? StepKind.Wait
            : activity.Type is ActivityTypes.Call or "Elsa.BulkDispatchWorkflows" or "Elsa.DispatchWorkflow" or "Elsa.ExecuteWorkflow" || activity.WorkflowDefinitionId is not null ? StepKind.Call
            : StepKind.Leaf;
        var isRequest = activity.Type is "Elsa.SendHttpRequest" or "Elsa.FlowSendHttpRequest" or "Elsa.DownloadHttpFile";
        var node = new ActivityNode
        {
            Id = name, Type = isRequest ? "http.request" : activity.Type, Version = isRequest ? 1 : activity.Version, Name = activity.Name ?? "",
            // What Studio draws has no place for an undo of its own: there is the activity's.
            Policy = activity.Policy with { Undo = null },
        };
        var step = new Step(node, graph.Root, -1, kind) { Elsa = activity, Descriptor = kind == StepKind.Leaf ? activities.Find(node.Type, node.Version) : null };
        if (!node.Policy.NoUndo) step.Undo = step.UndoOf(activities);
        return step;
    }

    private Step? UndoOf(ActivityCatalog activities)
    {
        if (Policy.Undo is { } node)
            return new Step(node, Flow, -1, KindOf(node.Type))
            {
                Undoes = this,
                Descriptor = activities.Find(node.Type, node.Version),
                ConstantInput = node.Inputs.Values.All(input => input.IsConstant) ? Value.Map(node.Inputs.Select(input => (input.Key, input.Value.ConstantValue!))) : null,
            };
        // Who only reads journals has no catalog, and an activity may be gone: an undo that was journaled must fold all the same.
        if (Descriptor is { HasUndo: false } || Kind != StepKind.Leaf) return null;
        var own = new ActivityNode
        {
            Id = Id + "-undo", Type = Node.Type, Version = Node.Version, Name = $"undo {Node.Name}", Span = Node.Span,
            // Undoing is idempotent by contract, whatever the step itself was.
            Policy = Policy with { Effect = Effect.Idempotent, Undo = null, Until = null, Outputs = [], AllowFailure = false, Retry = RetryPolicy.Default },
        };
        return new Step(own, Flow, -1, StepKind.Leaf) { Undoes = this, Descriptor = Descriptor, ConstantInput = Value.EmptyMap };
    }

    private static StepKind KindOf(string type) => type switch
    {
        ActivityTypes.FlowDecision => StepKind.Decision,
        ActivityTypes.Fork => StepKind.Fork,
        ActivityTypes.Block => StepKind.Block,
        ActivityTypes.Parallel => StepKind.Parallel,
        ActivityTypes.ForEach => StepKind.ForEach,
        ActivityTypes.Call => StepKind.Call,
        ActivityTypes.Wait => StepKind.Wait,
        ActivityTypes.Approve => StepKind.Approve,
        ActivityTypes.Flowchart => StepKind.Flowchart,
        _ => StepKind.Leaf,
    };

    private static FlowRole RoleOf(string role) => role switch
    {
        "rescue" => FlowRole.Rescue,
        "always" => FlowRole.Always,
        _ => FlowRole.Body,
    };
}

/// <summary>Which rules a step follows; one file under <c>Deciding/Containers</c> each, except leaves.</summary>
internal enum StepKind
{
    Leaf,
    Flowchart,
    Decision,
    Fork,
    Block,
    Parallel,
    ForEach,
    Call,
    Wait,
    Approve,

    /// <summary>Runs a script of a workflow made in Studio.</summary>
    Script,

    /// <summary>Hands out an event of a workflow made in Studio.</summary>
    Publish,
}
