using System.Text.Json.Nodes;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>Draws workflows as Studio would make them: flowcharts with branches that meet, decisions, loops, parallel items, delays; leaves of every effect.</summary>
internal sealed class RandomFlows(int seed)
{
    private static readonly string[] Effects = ["test.read", "test.idempotent", "test.keyed", "test.reattach", "test.once", "test.verified"];
    private static readonly JsonObject Count = Studio.Variable("n", "N");

    private readonly Random _random = new(seed);
    private int _ids;
    private bool _rollsBack;

    /// <summary>True when nothing in the flow is concurrent: then a rollback takes back the same steps whatever the attempts' order.</summary>
    public bool IsOrdered { get; private set; }

    public Definition Draw()
    {
        _rollsBack = Chance(0.4);
        IsOrdered = _rollsBack && Chance(0.6);
        var parts = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => (JsonNode)(_random.Next(6) == 0 ? Studio.Activity(Id(), "Elsa.Delay", "timeSpan=00:00:05") : Part(2))).ToArray();
        // One that comes to its end would take nothing back.
        if (_rollsBack && Chance(0.7)) parts = [.. parts, Studio.Activity(Id(), "test.idempotent", "fails=9")];
        var strategy = _rollsBack ? ElsaReader.RollbackStrategy : Chance(0.4) ? "ContinueWithIncidentsStrategy" : null;
        var options = strategy is null ? null : new JsonObject { ["incidentStrategyType"] = strategy };
        return Studio.Definition(Studio.Sequence(parts), new JsonArray(Count.DeepClone()), options, tokens: Chance(0.5));
    }

    /// <summary>
    /// Draws a flow that waits at <c>gate</c> before it goes on, another version of it, and what is asked of it there: alterations, of which some are refused, and last what opens the gate. Until then nothing
    /// that is asked depends on when it is asked. <c>extra</c> and <c>side</c> run only when they are scheduled.
    /// </summary>
    public (Definition First, Definition Second, IReadOnlyList<(string Kind, string Body)> Requests) DrawOpen()
    {
        var tokens = Chance(0.5);
        var (first, body) = (Gated(Part(2), tokens), Part(2));
        // A version without what is open is no place to go on.
        var second = OpenFlows.Version(2, Chance(0.2) ? Studio.Definition(Studio.Flow([Studio.Say("other")]), tokens: tokens) : Gated(body, tokens, Studio.Variable("added", "Added", "Int32", "7")));
        var asked = new List<string>();
        for (var (i, most, extra) = (0, _random.Next(1, 5), false); i < most; i++)
        {
            switch (_random.Next(6))
            {
                case 0:
                    asked.Add("""{"type":"ModifyVariable","variableId":"n","value":"many"}""");
                    break;
                case 1 when !extra:
                    extra = true;
                    asked.Add("""{"type":"ScheduleActivity","activityId":"extra"}""");
                    break;
                case 2:
                    asked.Add("""{"type":"ScheduleActivity","activityId":"side"}""");
                    asked.Add("""{"type":"CancelActivity","activityId":"side"}""");
                    break;
                case 3:
                    asked.Add("""{"type":"Migrate","targetVersion":2}""");
                    break;
                default:
                    asked.Add($$"""{"type":"ModifyVariable","variableId":"n","value":{{_random.Next(1, 9)}}}""");
                    break;
            }
        }

        var opens = Chance(0.5) ? ("alter", """{"type":"CancelActivity","activityId":"gate"}""") : ("stimulus", """{"name":"Elsa.Event","match":"go"}""");
        return (first, second, [.. asked.Select(alteration => ("alter", alteration)), opens]);
    }

    private static Definition Gated(JsonNode body, bool tokens, params JsonNode[] variables)
    {
        var behind = Studio.Sequence(body);
        behind["id"] = "behind";
        // No flowchart takes up what no connection leads to.
        var side = Studio.Activity("side", "Elsa.Event", "eventName=never");
        return Studio.Definition(
            Studio.Flow([Studio.Activity("gate", "Elsa.Event", "eventName=go"), behind, Studio.Activity("extra", "test.keyed"), side], "gate behind", "behind Never extra", "behind Never side"),
            new JsonArray([Count.DeepClone(), .. variables]), tokens: tokens);
    }

    private JsonObject Part(int depth) => (depth == 0 ? 0 : _random.Next(9)) switch
    {
        4 => Choice(depth - 1),
        5 when !IsOrdered => Branches(depth - 1),
        6 => Loop(depth - 1),
        7 when !IsOrdered => Items(),
        8 => Studio.Set(Id(), Count, $"getN() + {_random.Next(1, 5)}"),
        _ => Leaf(),
    };

    private JsonObject Choice(int depth)
    {
        var made = Studio.Activity(Id(), "Elsa.If", $"condition:={(Chance(0.5) ? "true" : "getN() > 3")}");
        made["then"] = Part(depth);
        if (Chance(0.5)) made["else"] = Part(depth);
        return made;
    }

    // A start, two branches of which one may not be taken, and a place where they meet.
    private JsonObject Branches(int depth)
    {
        var (start, one, two, end) = (Chance(0.5) ? Studio.Activity(Id(), "Elsa.FlowDecision", "condition:=false") : Studio.Say(Id()), Part(depth), Part(depth), Leaf());
        var ids = new[] { start, one, two, end }.Select(node => node["id"]!.GetValue<string>()).ToArray();
        var ports = start["type"]!.GetValue<string>() == "Elsa.FlowDecision" ? ("True", "False") : ("Done", "Done");
        var flow = Studio.Flow([start, one, two, end], $"{ids[0]} {ports.Item1} {ids[1]}", $"{ids[0]} {ports.Item2} {ids[2]}", $"{ids[1]} {ids[3]}", $"{ids[2]} {ids[3]}");
        flow["id"] = Id();
        return flow;
    }

    private JsonObject Loop(int depth)
    {
        var id = Id();
        var made = Studio.Activity(id, "Elsa.For", "start=1", $"end={_random.Next(1, 4)}", "step=1");
        made["body"] = Part(depth);
        return made;
    }

    private JsonObject Items()
    {
        var items = $"[{string.Join(',', Enumerable.Range(0, _random.Next(4)))}]";
        // Of ours without failFast: which items a failure stops depends on the order of the attempts.
        var made = Chance(0.5)
            ? Studio.Activity(Id(), "Elsa.ParallelForEach", $"items={items}")
            : Studio.Activity(Id(), ActivityTypes.ForEach, $"in={items}", $"limit={_random.Next(1, 4)}", "failFast=false");
        made["body"] = Leaf();
        return made;
    }

    private JsonObject Leaf()
    {
        var type = Effects[_random.Next(Effects.Length)];
        // A failure for good is rarer than one that a retry mends; `once` is not retried, so any failure is for good.
        var fails = Chance(_rollsBack ? 0.2 : 0.05) ? 9 : type is "test.once" or "test.verified" ? 0 : _random.Next(4) == 0 ? _random.Next(1, 3) : 0;
        var waits = _random.Next(6) == 0 ? _random.Next(1, 3) : 0;
        return Studio.Activity(Id(), type, $"fails={fails}", $"waits={waits}", $"value={_random.Next(5)}");
    }

    private string Id() => $"s{_ids++}";

    private bool Chance(double probability) => _random.NextDouble() < probability;
}
