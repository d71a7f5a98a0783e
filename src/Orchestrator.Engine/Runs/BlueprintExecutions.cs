using System.Buffers.Text;
using System.Text;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Runs;

/// <summary>
/// A run of a blueprint as Elsa's activities would have done it. Each step that was reached is one execution (each item of a foreach one of its own), each flow of a container a flowchart, and above
/// all stands the workflow. A step keeps its execution over all its attempts.
/// </summary>
internal sealed class BlueprintExecutions
{
    private const string Workflow = "Workflow1";

    private readonly RunState _state;
    private readonly Dictionary<ActivityNode, string> _nodeIds = new(ReferenceEqualityComparer.Instance);
    private readonly List<ActivityExecution> _activities = [];
    private readonly List<(DateTimeOffset At, int Depth, ExecutionEvent Event)> _events = [];
    private readonly List<Incident> _incidents = [];
    private readonly List<Bookmark> _bookmarks = [];

    private BlueprintExecutions(RunState state)
    {
        _state = state;
        var definition = state.Graph.Definition;
        Number(definition.Root, Workflow);
        if (definition.Rescue is { } rescue) Number(rescue, $"{Workflow}:rescue");
        if (definition.Always is { } always) Number(always, $"{Workflow}:always");
    }

    /// <summary>The executions of a run.</summary>
    public static Execution Of(RunState state) => new BlueprintExecutions(state).Made();

    private Execution Made()
    {
        var definition = _state.Graph.Definition;
        var root = IdOf("");
        var faults = _state.Steps.Values.Count(step => step.Status is StepStatus.Failed or StepStatus.Paused);
        Add(new ActivityExecution(
            root, null, Workflow, Workflow, "Elsa.Workflow", 1, null, RunStatusOf(), _state.CreatedAt, _state.CompletedAt, Value.EmptyMap, Executions.Masked(_state.Outputs ?? Value.EmptyMap),
            _state.Fixed == RunStatus.Completed ? ["Done"] : [], HasBookmarks: false, null, faults), 0, null);
        foreach (var scope in _state.Scopes.Values) AddFlow(scope);
        foreach (var step in _state.Steps.Values.OrderBy(PhaseOf)) AddStep(step);
        var activities = _activities.OrderBy(activity => activity.StartedAt).ThenBy(activity => activity.NodeId.Length).ToList();
        var events = InOrder().Select((happened, index) => happened with { Sequence = index + 1 }).ToList();
        var variables = definition.Vars.Select(variable => new VariableState("var-" + variable.Name, variable.Name, root, Executions.Masked(_state.Vars.Get(variable.Name) ?? Value.Null))).ToList();
        return new Execution(
            _state.RunId, activities, events, [.. _incidents.OrderBy(incident => incident.At)], _bookmarks, variables, Executions.Masked(_state.Inputs), Executions.Masked(_state.Outputs ?? Value.EmptyMap));
    }

    // Instants are milliseconds, and much happens within one: what ended lets others begin, and what is inside begins after and ends before what is around it.
    private IEnumerable<ExecutionEvent> InOrder()
    {
        var children = _activities.ToLookup(activity => activity.ParentId, StringComparer.Ordinal);
        var byId = _activities.ToDictionary(activity => activity.Id, StringComparer.Ordinal);
        return _events.OrderBy(one => one.At).ThenBy(Phase).ThenBy(one => one.Depth).Select(one => one.Event);

        int Phase((DateTimeOffset At, int Depth, ExecutionEvent Event) one) =>
            one.Event.EventName is "Started" or "Suspended" ? 1 : byId[one.Event.ExecutionId] is var activity && (activity.StartedAt == one.At || BeganInside(activity, one.At)) ? 2 : 0;

        bool BeganInside(ActivityExecution container, DateTimeOffset at) => children[container.Id].Any(child => child.StartedAt == at || (child.CompletedAt == at && BeganInside(child, at)));
    }

    // A state from a snapshot has undos behind all other steps; whoever folded from the start has them where they came about.
    private static int PhaseOf(StepState step)
    {
        var outermost = step.Scope;
        while (outermost.Parent is { } parent) outermost = parent;
        return outermost.Flow.Role == FlowRole.Always ? 2 : step.Step.Undoes is null ? 0 : 1;
    }

    private void AddFlow(ScopeState scope)
    {
        var steps = scope.Steps.Where(step => step is not null).ToList();
        var started = steps.Select(StartOf).Where(at => at is not null).Min() ?? scope.Owner?.ReadyAt ?? _state.CreatedAt;
        var isOpen = !_state.IsEnded && steps.Exists(step => step.IsActive);
        var faulted = scope.FailedStep is not null;
        DateTimeOffset? ended = isOpen || (scope.Owner is null && !_state.IsEnded) ? null : steps.Select(step => step.CompletedAt).Max() ?? _state.CompletedAt ?? started;
        var status = ended is null ? ExecutionStatus.Running : faulted ? ExecutionStatus.Faulted : _state.Fixed == RunStatus.Cancelled && scope.Owner is null ? ExecutionStatus.Canceled : ExecutionStatus.Completed;
        var node = NodeOf(scope);
        Add(new ActivityExecution(
            IdOf(scope), IdOf(scope.Owner?.Key ?? ""), node.Id, NodeIdOf(node), node.Type, node.Version, NameOf(node), status, started, ended, Value.EmptyMap, Value.EmptyMap,
            status == ExecutionStatus.Completed ? ["Done"] : [], HasBookmarks: false, null, faulted ? 1 : 0), DepthOf(scope) + 1, null);
    }

    private void AddStep(StepState step)
    {
        if (StatusOf(step) is not { } status) return;
        var node = step.Step.Node;
        var started = StartOf(step) ?? step.CompletedAt ?? step.ReadyAt;
        var ended = status is ExecutionStatus.Completed or ExecutionStatus.Faulted or ExecutionStatus.Canceled ? step.CompletedAt : null;
        var failure = status == ExecutionStatus.Faulted ? step.Failure : null;
        var id = IdOf(step.Key);
        var waits = status == ExecutionStatus.Running && step.Wait is not null;
        IReadOnlyList<string> outcomes = status == ExecutionStatus.Completed ? [step.Outcome ?? "Done"] : [];
        Add(new ActivityExecution(
            id, IdOf(step.Scope), node.Id, NodeIdOf(node), node.Type, node.Version, NameOf(node), status, started, ended, Named(step.Input ?? step.Step.ConstantInput ?? Value.EmptyMap),
            step.Output is MapValue output ? Named(output) : Value.EmptyMap, outcomes, waits, failure, failure is null ? 0 : 1), DepthOf(step.Scope) + 2, step);
        if (failure is not null) _incidents.Add(new Incident(id, failure, step.CompletedAt ?? step.Wait?.Since ?? _state.UpdatedAt));
        if (waits) _bookmarks.Add(new Bookmark($"{id}.wait", id, node.Type, step.Wait!.Signal ?? "", step.Wait.Since, step.Wait.Next));
    }

    private void Add(ActivityExecution execution, int depth, StepState? step)
    {
        _activities.Add(execution);
        Happened("Started", execution.StartedAt, depth);
        if (step?.Wait is { } wait && execution.HasBookmarks) Happened("Suspended", wait.Since, depth + 1000, $"waiting: {wait.Reason}");
        // What is inside ends before what is around it.
        var name = execution.Status switch
        {
            ExecutionStatus.Completed => "Completed",
            ExecutionStatus.Faulted => "Faulted",
            ExecutionStatus.Canceled => "Canceled",
            _ => null,
        };
        if (name is not null)
        {
            Happened(
                name, execution.CompletedAt ?? step?.Wait?.Since ?? _state.UpdatedAt, 2000 - depth, execution.Failure is { } failure ? $"{failure.Code}: {failure.Message}" : null,
                execution.Status == ExecutionStatus.Completed ? execution.Outcomes : null);
        }

        void Happened(string name, DateTimeOffset at, int order, string? message = null, IReadOnlyList<string>? outcomes = null) =>
            _events.Add((at, order, new ExecutionEvent(0, execution.Id, name, at, message, outcomes)));
    }

    private ExecutionStatus RunStatusOf() => _state.Fixed switch
    {
        RunStatus.Completed => ExecutionStatus.Completed,
        RunStatus.Failed => ExecutionStatus.Faulted,
        RunStatus.Cancelled => ExecutionStatus.Canceled,
        RunStatus.Pending => ExecutionStatus.Pending,
        _ => ExecutionStatus.Running,
    };

    /// <summary>Null for what never ran.</summary>
    private static ExecutionStatus? StatusOf(StepState step) => step.Status switch
    {
        StepStatus.Pending => null,
        StepStatus.Ready => step.FirstStartedAt is null ? ExecutionStatus.Pending : ExecutionStatus.Running,
        StepStatus.Running or StepStatus.Waiting => ExecutionStatus.Running,
        StepStatus.Paused or StepStatus.Failed => ExecutionStatus.Faulted,
        StepStatus.Cancelled => ExecutionStatus.Canceled,
        StepStatus.Skipped => step.FirstStartedAt is null ? null : ExecutionStatus.Completed,
        _ => ExecutionStatus.Completed,
    };

    private static DateTimeOffset? StartOf(StepState step) => step.FirstStartedAt ?? (step.Status is StepStatus.Pending or StepStatus.Skipped ? null : step.ReadyAt);

    private ActivityNode NodeOf(ScopeState scope)
    {
        var definition = _state.Graph.Definition;
        return (scope.Flow.Role, scope.Owner?.Step.Node.Bodies) switch
        {
            (FlowRole.Rescue, { } bodies) => bodies["rescue"],
            (FlowRole.Always, { } bodies) => bodies["always"],
            (_, { } bodies) => bodies["body"],
            (FlowRole.Rescue, _) => definition.Rescue!,
            (FlowRole.Always, _) => definition.Always!,
            _ => definition.Root,
        };
    }

    private static int DepthOf(ScopeState scope)
    {
        var depth = 1;
        for (var outer = scope.Parent; outer is not null; outer = outer.Parent) depth += 2;
        return depth;
    }

    // A descriptor names inputs and outputs as the designer shows them: the property's name with a large first letter.
    private static MapValue Named(MapValue values) => Value.Map(values.Entries.Select(entry => (Capital(DefinitionJson.PropertyName(entry.Key)), Executions.Masked(entry.Value))));

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string NameOf(ActivityNode node) => node.Name.Length > 0 ? node.Name : node.Id;

    private string IdOf(string key) => $"{_state.RunId}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key))}";

    // The scope of an item and the step in it may have the same key.
    private string IdOf(ScopeState scope) => IdOf("#" + scope.Id);

    // The undo that an activity has by itself stands in no definition.
    private string NodeIdOf(ActivityNode node) => _nodeIds.TryGetValue(node, out var known) ? known : $"{Workflow}:undo:{node.Id}";

    private void Number(ActivityNode node, string parent)
    {
        var id = $"{parent}:{node.Id}";
        _nodeIds[node] = id;
        foreach (var child in node.Activities) Number(child, id);
        foreach (var body in node.Bodies.Values) Number(body, id);
        if (node.Policy.Undo is { } undo) _nodeIds[undo] = $"undo:{undo.Id}";
    }
}
