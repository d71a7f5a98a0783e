using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>
/// Deciding is pure: a state and a fact give events, always the same ones. Each event is folded into the state as it is decided, so later rules see it; a state whose decision was not
/// committed is thrown away. This file holds what all rules share; the rules stand beside it by subject, and by kind of container in <c>Containers</c>.
/// </summary>
internal sealed partial class Decider
{
    private readonly Queue<StepState> _settled = [];
    private JournalEvent? _head;
    private Elsa.Interpreter? _elsa;

    private Decider(RunState state, Fact fact, Decision decision)
    {
        State = state;
        Fact = fact;
        Decision = decision;
    }

    public RunState State { get; }

    public Fact Fact { get; }

    public Decision Decision { get; }

    public DateTimeOffset Now => Fact.Now;

    /// <summary>Who decides for a workflow made in Studio; null for a blueprint.</summary>
    public Elsa.Interpreter? Elsa => State.Elsa is null ? null : _elsa ??= new Elsa.Interpreter(this);

    /// <summary>Decides on one fact.</summary>
    public static Decision Decide(RunState state, Fact fact)
    {
        var decision = new Decision();
        new Decider(state, fact, decision).Run();
        return decision;
    }

    private void Run()
    {
        switch (Fact)
        {
            case StartedFact started: Ending.Start(this, started); break;
            case AdmittedFact: Ending.Admit(this); break;
            case PlaceGivenFact place: Attempts.Start(this, place.Step); break;
            case QueueTimedOutFact queued: Attempts.QueueTimedOut(this, queued.Step); break;
            case IntendedFact intended: Intending.Intend(this, intended); break;
            case ReturnedFact returned: Attempts.Returned(this, returned); break;
            case WokenFact: Wakes.Woken(this); break;
            case ChildEndedFact ended: Containers.CallRule.ChildEnded(this, ended); break;
            case ToEndFact other: Cancelling.Request(this, other.By, other.Reason, null, Cancelling.DefaultGrace); break;
            case RecoveredFact: Recovery.Recover(this); break;
            case ContinuedFact: Elsa?.Continue(); break;
            case ReleasedFact: Emit(new RunReleased()); break;
            case OperatorFact asked: Operators.Ask(this, asked); break;
            default: throw new InvalidOperationException($"no rule for {Fact.GetType().Name}");
        }

        Drain();
    }

    /// <summary>Carries on behind steps that have just been settled, until nothing more follows.</summary>
    public void Drain()
    {
        while (_settled.TryDequeue(out var step))
        {
            step.Scope.Pending--;
            Containers.FlowchartRule.Continue(this, step);
        }
    }

    /// <summary>Records an event and folds it in. Moves that follow ride with it.</summary>
    public void Emit(JournalEvent made, StepState? step = null, int attempt = 0)
    {
        _head = made with { At = Now, Step = step?.Key, Attempt = attempt };
        Decision.Events.Add(_head);
        Fold.ApplyHead(State, _head);
    }

    /// <summary>Records a move with the latest event and folds it in.</summary>
    public void Do(Move move)
    {
        var head = _head ?? throw new InvalidOperationException($"{move.Kind} of {move.Key} has no event to ride with");
        (head.Moves ??= []).Add(move);
        MoveFold.Apply(State, move, Now);
    }

    /// <summary>A step has an outcome: what is behind it comes next.</summary>
    public void Settled(StepState step)
    {
        step.Scope.Pending++;
        _settled.Enqueue(step);
    }

    /// <summary>A step's turn has come.</summary>
    public void Schedule(StepState step)
    {
        switch (step.Step.Kind)
        {
            case StepKind.Leaf or StepKind.Call: ScheduleLeaf(step); break;
            case StepKind.Decision: Containers.FlowDecisionRule.Schedule(this, step); break;
            case StepKind.Fork: Containers.ForkRule.Schedule(this, step); break;
            case StepKind.ForEach: Containers.ForEachRule.Schedule(this, step); break;
            case StepKind.Wait: Containers.WaitRule.Schedule(this, step); break;
            case StepKind.Approve: Containers.ApproveRule.Schedule(this, step); break;
            default:
                Do(new Move(MoveKind.Scheduled, step.Key));
                if (step.Scopes.Count > 0) Containers.FlowchartRule.Begin(this, step.Scopes[0]);
                else CompleteContainer(step, Value.EmptyMap);
                break;
        }
    }

    /// <summary>A container, wait or approval is done.</summary>
    public void CompleteContainer(StepState step, Value output)
    {
        Do(new Move(MoveKind.Completed, step.Key, Seal(output, step.Key + "/output")));
        Settled(step);
    }

    /// <summary>A step that has no attempts failed for good.</summary>
    public void Break(StepState step, Failure failure)
    {
        if (step.Step.Policy.AllowFailure)
        {
            Do(new Move(MoveKind.Broken, step.Key, Failure: failure));
            Settled(step);
        }
        else if (!step.IsContainer && Failing.HoldsRun(this, step, failure))
        {
            Do(new Move(MoveKind.Paused, step.Key, Failure: failure));
        }
        else
        {
            Do(new Move(MoveKind.Broken, step.Key, Failure: failure));
            Failing.Failed(this, step);
        }
    }

    /// <summary>A value as the journal may hold it: secrets just made get a reference and are sealed with the commit.</summary>
    public Value Seal(Value value, string where)
    {
        if (!value.HasSecret) return value;
        switch (value)
        {
            case SecretValue { Secret.Reference: Secret.Derived } secret:
                var reference = $"run:{State.RunId}/{where}";
                Decision.Secrets.Add((reference, secret.Secret));
                return new SecretValue(new Secret(reference, secret.Secret.Reveal, secret.Secret.ExpiresAt));
            case ListValue list: return Value.List(list.Items.Select((item, i) => Seal(item, $"{where}/{i}")));
            case MapValue map: return Value.Map(map.Entries.Select(entry => (entry.Key, Seal(entry.Value, $"{where}/{entry.Key}"))));
            default: return value;
        }
    }

    private void ScheduleLeaf(StepState step)
    {
        if (step.Step.ConstantInput is not null || step.Step.Kind == StepKind.Call)
        {
            Do(new Move(MoveKind.Scheduled, step.Key));
            return;
        }

        MapValue? input = null;
        Failure? failure = null;
        try
        {
            input = Evaluating.Inputs(this, step);
        }
        catch (FailureException exception)
        {
            failure = exception.Failure;
        }

        Do(new Move(MoveKind.Scheduled, step.Key, input));
        if (failure is not null) Attempts.FailForGood(this, step, failure, null);
    }
}
