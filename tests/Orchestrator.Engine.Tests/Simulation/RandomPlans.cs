using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Engine.Tests.Simulation;

/// <summary>Draws definitions: sequences, conditions, parallel with needs, foreach, blocks with rescue and always, retries, polls, undo; steps of every effect.</summary>
internal sealed class RandomPlans(int seed)
{
    private static readonly string[] Effects = ["test.read", "test.idempotent", "test.keyed", "test.reattach", "test.once", "test.verified"];
    private readonly Random _random = new(seed);
    private int _ids;
    private OnFailure _onFailure;

    public Definition Draw()
    {
        _onFailure = Pick(OnFailure.Stop, OnFailure.Rollback);
        var definition = Make.Definition(Steps(2)) with
        {
            OnFailure = _onFailure,
            Rescue = Chance(0.3) ? Make.Sequence("rescue", Leaf(quiet: true)) : null,
            Always = Chance(0.3) ? Make.Sequence("always", Leaf(quiet: true)) : null,
        };
        return definition;
    }

    private ActivityNode[] Steps(int depth)
    {
        var steps = new List<ActivityNode>();
        for (var count = _random.Next(1, 4); count > 0; count--) steps.Add(Step(depth));
        return [.. steps];
    }

    private ActivityNode Step(int depth) => (depth == 0 ? 0 : _random.Next(10)) switch
    {
        5 or 6 => Conditional(depth - 1),
        7 => Parallel(depth - 1),
        8 => ForEach(),
        9 => Make.Block(Id(), Steps(depth - 1), Chance(0.5) ? Steps(0) : null, Chance(0.5) ? [Leaf(quiet: true)] : null),
        _ => Leaf(),
    };

    // A block around a decision and its two branches, which meet in a last step: dead paths must not block it.
    private ActivityNode Conditional(int depth)
    {
        var (id, yes, no, after) = (Id(), Step(depth), Step(depth), Leaf());
        var decision = Make.If(id, Chance(0.5) ? "1 == 1" : "1 == 2");
        return new ActivityNode
        {
            Id = id, Type = ActivityTypes.Block,
            Bodies = new Dictionary<string, ActivityNode>
            {
                ["body"] = Make.Flow(id + "-body", [decision, yes, no, after], $"{decision.Id} True {yes.Id}", $"{decision.Id} False {no.Id}", $"{yes.Id} {after.Id}", $"{no.Id} {after.Id}"),
            },
        };
    }

    private ActivityNode ForEach()
    {
        // With failFast only one at a time, for the same reason as in parallel.
        var limit = _random.Next(1, 3);
        return Make.ForEach(Leaf(item: "string(item)"), $"range(0, {_random.Next(0, 4)})", $"limit={limit}", $"failFast={(limit == 1 && Chance(0.5) ? "true" : "false")}", "key=string(item)");
    }

    private ActivityNode Parallel(int depth)
    {
        var branches = Enumerable.Range(0, _random.Next(2, 4)).Select(_ => Step(depth)).ToArray();
        var needs = Chance(0.5) ? new[] { $"{branches[0].Id} {branches[^1].Id}" } : [];
        // Without failFast: which of two concurrent failures comes first, and what a cancel catches, is not the same in every order.
        return Make.Parallel(Id(), branches, needs, failFast: false);
    }

    private ActivityNode Leaf(bool quiet = false, string item = "''")
    {
        // Only where a rollback may come is it journaled what a step is about to change; elsewhere a step that is run again rightly says that it found all so.
        if (_onFailure == OnFailure.Rollback && Chance(0.3))
        {
            var (made, failures) = (Id(), quiet ? 0 : _random.Next(4));
            return Make.Step(made, "test.desired", $"things=['old', '{made}a' + {item}, '{made}b' + {item}]", $"fails={(failures == 3 && Chance(0.3) ? 9 : failures % 3)}")
                .With(policy => policy with { Retry = new RetryPolicy { Jitter = false, Delay = TimeSpan.FromSeconds(3) } });
        }

        var type = Effects[_random.Next(Effects.Length)];
        // A failure for good is rarer than one that a retry mends; `once` is not retried, so any failure is for good.
        var fails = quiet ? 0 : Chance(0.06) ? 9 : type is "test.once" or "test.verified" ? 0 : _random.Next(4) == 0 ? _random.Next(1, 3) : 0;
        var waits = _random.Next(6) == 0 ? _random.Next(1, 3) : 0;
        var step = Make.Step(Id(), type, $"fails={fails}", $"waits={waits}", $"changes={(Chance(0.7) ? "true" : "false")}", $"value={_random.Next(5)}");
        return step.With(policy => policy with
        {
            TotalTimeout = TimeSpan.FromHours(1), AllowFailure = Chance(0.1),
            Retry = new RetryPolicy { Jitter = Chance(0.5), Delay = TimeSpan.FromSeconds(3) },
            Undo = Chance(0.2) ? Make.Step(step.Id + "-undo", "test.idempotent", $"value=steps.{step.Id}.outputs.value") : null,
            NoUndo = Chance(0.1),
        });
    }

    private string Id() => $"s{_ids++}";

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
