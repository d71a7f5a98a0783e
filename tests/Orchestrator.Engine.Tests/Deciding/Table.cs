using System.Globalization;
using System.Text.Json;
using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Deciding;

/// <summary>
/// Facts and decisions as words. Facts: <c>start</c>, <c>place KEY</c>, <c>done KEY</c>, <c>same KEY</c> (nothing changed), <c>fail KEY KIND</c>, <c>poll KEY</c>, <c>lost KEY</c> and <c>took KEY</c>
/// (verification), <c>child KEY</c>, <c>child-ends CODE</c>, <c>wake SECONDS</c>, <c>crash</c>, <c>released</c>, and requests as <c>? KIND [STEP or NAME]</c>.
/// </summary>
internal static class Table
{
    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Decides on all facts and gives the last decision. Before each fact the state is folded anew from the events, as a program that starts would have it.</summary>
    public static string Last(Definition definition, string facts)
    {
        var graph = new RunGraph(DefinitionJson.Sealed(definition), Bench.Activities(new World()));
        var journal = new List<StoredEvent>();
        var (now, last) = (Begin, "");
        foreach (var words in facts.Split(';', StringSplitOptions.TrimEntries))
        {
            var state = Folded(graph, journal);
            var parts = words.Split(' ');
            if (parts[0] == "wake") now += TimeSpan.FromSeconds(int.Parse(parts[1], CultureInfo.InvariantCulture));
            var decision = Decider.Decide(state, FactOf(state, parts, now));
            foreach (var made in decision.Events) journal.Add(new StoredEvent("r", journal.Count + 1, made.Type, made.At, made.Step, made.Attempt, EventCodec.Write(made)));
            last = Text(decision);
        }

        return last;
    }

    private static RunState Folded(RunGraph graph, List<StoredEvent> journal)
    {
        var state = new RunState("r", graph);
        foreach (var row in journal) Fold.Apply(state, EventCodec.Read(row, null));
        return state;
    }

    private static Fact FactOf(RunState state, string[] words, DateTimeOffset now)
    {
        var key = words.Length > 1 ? words[1] : "";
        ReturnedFact Returned() => new(key, state.Steps[key].Attempt, now, StartIsJournaled: true) { Now = now, Draw = 0.5 };
        return words[0] switch
        {
            "start" => new StartedFact(Value.EmptyMap, Value.EmptyMap, new Dictionary<string, string>(), "test") { Now = now },
            "place" => new PlaceGivenFact(key) { Now = now },
            "done" => Returned() with { Result = ActivityResult.Done(Value.Map(("value", Value.Of(1))), changed: true) },
            "same" => Returned() with { Result = ActivityResult.Done(Value.Map(("value", Value.Of(1))), changed: false) },
            "poll" => Returned() with { Result = ActivityResult.Waiting("not there yet") },
            "fail" => Returned() with { Failure = new Failure("test.failed", Enum.Parse<FailureKind>(words[2], ignoreCase: true), "broken") },
            "lost" => Returned() with { Check = Check<Value>.Differs(new Change("it", null, "done")) },
            "took" => Returned() with { Check = Check<Value>.Satisfied(Value.EmptyMap) },
            "unclear" => Returned() with { Check = Check<Value>.Unknown("nobody knows") },
            "child" => Returned() with { Result = ActivityResult.Call(state.Graph.Definition, Value.EmptyMap), Child = new ChildPlan("c", "child@1", false) },
            "child-ends" => key == "well"
                ? new ChildEndedFact("c", Value.EmptyMap, null, false) { Now = now }
                : new ChildEndedFact("c", null, new Failure(key, FailureKind.Permanent, "broken"), false) { Now = now },
            "wake" => new WokenFact { Now = now },
            "crash" => new RecoveredFact { Now = now },
            "released" => new ReleasedFact { Now = now },
            "?" => new OperatorFact(
                new InboxMessage("r", "k", key, default, "alice", now),
                words.Length > 2 ? Value.Map((key == "signal" ? "name" : "step", Value.Of(words[2])), ("approved", Value.Of(words[^1] != "no"))) : Value.EmptyMap) { Now = now },
            _ => throw new ArgumentException($"no fact `{words[0]}`"),
        };
    }

    private static string Text(Decision decision)
    {
        var lines = decision.Events.Select(made =>
            $"{made.Type}{(made.Step is { } step ? " " + step : "")}{(made.Moves is { Count: > 0 } moves ? $" [{string.Join(", ", moves.Select(Text))}]" : "")}").ToList();
        if (decision.Due.Count > 0) lines.Add($"due {string.Join(" ", decision.Due)}");
        if (decision.CancelChildren.Count > 0) lines.Add($"cancel {string.Join(" ", decision.CancelChildren)}");
        if (decision.Refusal is { } refusal) lines.Add($"refused: {refusal}");
        return lines.Count == 0 ? "nothing" : string.Join("; ", lines);
    }

    private static string Text(Move move) => $"{JsonNamingPolicy.CamelCase.ConvertName(move.Kind.ToString())} {(move.Key.Length == 0 ? "run" : move.Key)}{(move.Text is { } text ? " " + text : "")}";
}
