using Orchestrator.Engine.Runs;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>
/// The part of a run's state that belongs to a workflow made in Studio: what is open, what is queued, what it waits for. Only <see cref="ElsaFold"/> changes it. What has ended is forgotten
/// here, so that a loop of any length stays small; the journal has it all.
/// </summary>
internal sealed class ElsaState(ElsaProgram program)
{
    /// <summary>The workflow; a migration changes it.</summary>
    public ElsaProgram Program { get; set; } = program;

    /// <summary>Open and faulted executions by number, in order of their beginning; the workflow itself is number 1 and stays.</summary>
    public SortedDictionary<int, ActivityState> Activities { get; } = [];

    /// <summary>Numbers given so far.</summary>
    public int LastNumber { get; set; }

    /// <summary>What runs next, first in first out.</summary>
    public List<WorkItem> Queue { get; } = [];

    /// <summary>What it waits for.</summary>
    public List<BookmarkState> Bookmarks { get; } = [];

    /// <summary>What went wrong and stands.</summary>
    public List<(int Activity, Failure Failure, DateTimeOffset At)> Incidents { get; } = [];

    /// <summary>The fault that ends the run once the queue is empty; null while there is none.</summary>
    public Failure? Fault { get; set; }

    /// <summary>True once the workflow is done; what is queued still runs.</summary>
    public bool IsFinished { get; set; }

    /// <summary>Values of the workflow's outputs.</summary>
    public MapValue Output { get; set; } = Value.EmptyMap;

    /// <summary>Ports that <c>Complete</c> named, for whoever called this workflow; null when it named none.</summary>
    public Value? Outcomes { get; set; }

    public string? CorrelationId { get; set; }

    public string? Name { get; set; }

    /// <summary>Id of the activity whose stimulus started the run; null when it was started otherwise, and once that activity has run.</summary>
    public string? Trigger { get; set; }

    /// <summary>What that stimulus carried; null once the trigger has had it.</summary>
    public Value? TriggerPayload { get; set; }

    /// <summary>Outputs of activities by id, the latest execution's.</summary>
    public Dictionary<string, MapValue> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>Result of the activity that gave one last.</summary>
    public Value LastResult { get; set; } = Value.Null;

    /// <summary>How often each activity became a step.</summary>
    public Dictionary<string, int> Rounds { get; } = new(StringComparer.Ordinal);

    /// <summary>Bookmarks the store does not have yet, and ids of those it must lose. Not part of the folded state.</summary>
    public List<BookmarkState> NewBookmarks { get; } = [];

    public List<string> GoneBookmarks { get; } = [];

    /// <summary>Inputs of the responses that were written and are not in the store yet. Not part of the folded state.</summary>
    public List<Runs.WrittenResponse> NewResponses { get; } = [];

    /// <summary>What is new is in the store, or nobody wants to know.</summary>
    public void ForgetNews()
    {
        NewBookmarks.Clear();
        GoneBookmarks.Clear();
        NewResponses.Clear();
    }

    /// <summary>Who listens while a view is made; null otherwise. Not part of the folded state.</summary>
    public ElsaTrace? Trace { get; set; }

    public ActivityState? Find(int number) => Activities.GetValueOrDefault(number);

    /// <summary>The execution that an execution, perhaps a forgotten one's child, runs in.</summary>
    public ActivityState? OwnerOf(ActivityState activity) => activity.Owner == 0 ? null : Find(activity.Owner);

    public IEnumerable<ActivityState> ChildrenOf(ActivityState owner)
    {
        foreach (var activity in Activities.Values)
            if (activity.Owner == owner.Number) yield return activity;
    }

    /// <summary>The execution that a step serves.</summary>
    public ActivityState? ByStep(string key)
    {
        foreach (var activity in Activities.Values)
            if (activity.Step == key) return activity;
        return null;
    }
}

/// <summary>One execution of an activity.</summary>
internal sealed class ActivityState(int number, ElsaActivity node, int owner)
{
    public int Number { get; } = number;

    /// <summary>The activity of the definition; a migration changes it.</summary>
    public ElsaActivity Node { get; set; } = node;

    /// <summary>The execution it runs in; 0 for the workflow.</summary>
    public int Owner { get; } = owner;

    public ExecutionStatus Status { get; set; }

    /// <summary>What its owner told it apart by; null for nothing.</summary>
    public Value? Tag { get; init; }

    /// <summary>True when a connection that leads back brought it.</summary>
    public bool CameBack { get; init; }

    /// <summary>Inputs as evaluated, by property name.</summary>
    public MapValue Inputs { get; set; } = Value.EmptyMap;

    /// <summary>What its rule remembers.</summary>
    public Dictionary<string, Value> Notes { get; } = new(StringComparer.Ordinal);

    /// <summary>Variables it declares, by id.</summary>
    public Dictionary<string, (ElsaVariable Variable, Value Value)> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>Of a foreach of ours: what its items gave, by key. Of the body of an item: what the activities in it gave, by id. Empty for others.</summary>
    public Dictionary<string, Value> Results { get; } = new(StringComparer.Ordinal);

    /// <summary>Visits of its connections, when it is a flowchart that counts.</summary>
    public Flowcharts.FlowVisits? Visits { get; set; }

    /// <summary>Key of the step that does its work; null for none.</summary>
    public string? Step { get; set; }

    public Failure? Failure { get; set; }

    /// <summary>True while its end is being decided, so that its children's ends lead to nothing. Not part of the folded state.</summary>
    public bool IsClosing { get; set; }

    public Value? Note(string name) => Notes.GetValueOrDefault(name);

    public int Count(string name) => Notes.GetValueOrDefault(name) is NumberValue number ? (int)number.Number : 0;

    public bool Flag(string name) => Notes.GetValueOrDefault(name) is BoolValue { Flag: true };
}

/// <summary>Work to do.</summary>
/// <param name="Owner">The execution that asked for it.</param>
/// <param name="Node">What to run.</param>
/// <param name="Tag">What the owner tells it apart by.</param>
/// <param name="Variables">Loop variables of its scope, by name; null = none.</param>
/// <param name="CameBack">True when a connection that leads back brought it.</param>
/// <param name="Again">The execution that runs again; 0 = a new one.</param>
internal sealed record WorkItem(int Owner, ElsaActivity Node, Value? Tag = null, MapValue? Variables = null, bool CameBack = false, int Again = 0);

/// <summary>A stored wish to be woken.</summary>
/// <param name="Id">Unique in the run.</param>
/// <param name="Activity">Who waits.</param>
/// <param name="Name">Kind of stimulus.</param>
/// <param name="Match">What it must match.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="Due">When it comes by itself; null = never.</param>
internal sealed record BookmarkState(string Id, int Activity, string Name, string Match, DateTimeOffset CreatedAt, DateTimeOffset? Due);
