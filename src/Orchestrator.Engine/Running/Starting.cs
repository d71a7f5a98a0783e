using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>Makes runs: inputs are bound and the group is asked before a run exists; its first events are one commit.</summary>
internal sealed class Starting(EngineCore core)
{
    /// <summary>Binds inputs; throws <see cref="InputRejectedException"/>, or the failure <c>run.groupFull</c>.</summary>
    public async Task<PreparedStart> PrepareAsync(Definition definition, MapValue inputs, DateTimeOffset now, string? runId = null, bool fromText = false, StudioStart? studio = null)
    {
        var graph = core.Definitions.Of(definition);
        runId ??= core.Ids.Next();
        if (graph.Definition.Elsa is { } program)
        {
            var only = GroupOf(program, studio?.CorrelationId);
            if (only is not null) await EnterAsync(only, 1, OnLimit.Reject, "the workflow's activation strategy allows no more").ConfigureAwait(false);
            return new PreparedStart(runId, graph, Typed(program, inputs), Value.EmptyMap, only) { Studio = studio };
        }

        var bound = RunInputs.Bind(graph.Definition, inputs, now, () => Guid.NewGuid().ToString(), fromText);
        if (!bound.Ok) throw new InputRejectedException(bound.Diagnostics);
        string? group = null;
        if (graph.Definition.Concurrency is { } concurrency)
        {
            group = concurrency.Group.Evaluate(new EvaluationContext
            {
                Now = now, NewUuid = () => runId, Root = name => name switch { "inputs" => bound.Inputs, "vars" => bound.Vars, _ => null },
            }).ToString();
            await EnterAsync(group, concurrency.Limit, concurrency.OnLimit, "the blueprint says `onLimit: reject`").ConfigureAwait(false);
        }

        return new PreparedStart(runId, graph, bound.Inputs, bound.Vars, group);
    }

    private async Task EnterAsync(string group, int limit, OnLimit onLimit, string why)
    {
        await core.Groups.LoadAsync(group).ConfigureAwait(false);
        if (onLimit == OnLimit.Reject && core.Groups.IsFull(group, limit))
            throw new FailureException("run.groupFull", FailureKind.Permanent, $"concurrency group `{group}` is full ({limit}) and {why}");
    }

    private static string? GroupOf(ElsaProgram program, string? correlationId) => program.Activation switch
    {
        ElsaActivation.Singleton => $"elsa/{program.DefinitionId}",
        ElsaActivation.CorrelatedSingleton when correlationId is not null => $"elsa/{program.DefinitionId}/{correlationId}",
        ElsaActivation.Correlation when correlationId is not null => $"elsa//{correlationId}",
        _ => null,
    };

    // As an Elsa server does: undeclared inputs are accepted, declared ones converted.
    private static MapValue Typed(ElsaProgram program, MapValue inputs) => Value.Map(inputs.Entries.Select(input =>
        (input.Key, program.Inputs.FirstOrDefault(declared => declared.Name == input.Key) is { } declared ? ElsaTypes.Convert(input.Value, declared.TypeName, declared.IsArray) : input.Value)));

    /// <summary>Decides the beginning of a new run into a commit.</summary>
    public void Begin(LiveRun run, Commit commit, PreparedStart prepared, DateTimeOffset now)
    {
        var labels = prepared.Graph.Definition.Labels;
        if (prepared.Labels is { Count: > 0 } own)
        {
            var all = new Dictionary<string, string>(labels, StringComparer.Ordinal);
            foreach (var (key, value) in own) all[key] = value;
            labels = all;
        }

        var state = run.Create(prepared.Graph);
        var queued = false;
        if (prepared.Group is { } group)
        {
            var plan = prepared.Graph.Definition.Concurrency!;
            queued = !core.Groups.TryEnter(group, prepared.RunId, plan.Limit, plan.OnLimit == OnLimit.CancelOldest, out var oldest);
            if (!queued) commit.TakeSlot(group);
            else if (oldest is not null) commit.Supersede(oldest);
        }

        commit.Define(prepared.Graph);
        commit.Add(null, Decider.Decide(state, new StartedFact(
            prepared.Inputs, prepared.Vars, labels, prepared.By, queued, prepared.Group, prepared.StartKey, prepared.ParentRunId, prepared.ParentStep) { Now = now, Studio = prepared.Studio }));
    }

    /// <summary>Starts a run for someone outside of any run. The task completes when the run is on disk.</summary>
    public async Task<StartResult> StartAsync(PreparedStart prepared, InboxMessage? message)
    {
        if (prepared.StartKey is { } known && await core.Store.FindRunByStartKeyAsync(known, CancellationToken.None).ConfigureAwait(false) is { } first)
            return new StartResult(first.RunId, true);
        var run = new LiveRun(core, prepared.RunId);
        run.Hold();
        core.Adopt(run);
        var commit = new Commit(run);
        try
        {
            Begin(run, commit, prepared, core.Now());
            if (message is not null) commit.Consume(message);
            if (prepared.Settles is { } firing) commit.Settle(firing with { RunId = prepared.RunId }, prepared.NextDue);
            await commit.StoreAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            core.Forget(run);
            if (prepared.Group is { } group) core.Groups.Leave(group, prepared.RunId);
            if (exception is DuplicateKeyException && prepared.StartKey is { } key && await core.Store.FindRunByStartKeyAsync(key, CancellationToken.None).ConfigureAwait(false) is { } other)
                return new StartResult(other.RunId, true);
            throw;
        }

        commit.Done();
        run.LetGo();
        return new StartResult(prepared.RunId, false);
    }
}

/// <summary>A run that may exist: bound and checked, not committed.</summary>
internal sealed record PreparedStart(string RunId, Graphs.RunGraph Graph, MapValue Inputs, MapValue Vars, string? Group)
{
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string By { get; init; } = "engine";

    public string? StartKey { get; init; }

    public StoredFiring? Settles { get; init; }

    public ScheduleStep? NextDue { get; init; }

    public string? ParentRunId { get; init; }

    public string? ParentStep { get; init; }

    public StudioStart? Studio { get; init; }
}
