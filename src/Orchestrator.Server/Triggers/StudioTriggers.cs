using System.Text;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Schedules;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Triggers;

/// <summary>The triggers of a workflow made in Studio as rows of the index: one for each activity that can start it and each thing that may bring it.</summary>
internal static class StudioTriggers
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["Elsa.HttpEndpoint"] = "elsa.http", ["Elsa.Event"] = "elsa.event", ["Elsa.Cron"] = "elsa.cron", ["Elsa.Timer"] = "elsa.timer", ["Elsa.StartAt"] = "elsa.startAt",
    };

    /// <summary>How the kinds of such rows begin.</summary>
    public const string Prefix = "elsa.";

    /// <summary>The key of a row's settings that names the activity.</summary>
    public const string NodeId = "nodeId";

    /// <summary>Makes the rows; a trigger whose settings are no constants, or are wrong, has none, and <paramref name="say"/> hears why.</summary>
    public static IEnumerable<StoredTrigger> Rows(Definition definition, DateTimeOffset now, Action<string> say)
    {
        foreach (var trigger in definition.Elsa!.Triggers)
        {
            var kind = Kinds[trigger.Type];
            if (Mistake(trigger, definition.Elsa.Nodes[trigger.NodeId]) is { } mistake)
            {
                say($"workflow {definition.Name}, activity {trigger.ActivityId}: {mistake}; it starts nothing");
                continue;
            }

            var settings = Encoding.UTF8.GetBytes(PlainJson.Serialize(Value.Map(trigger.Inputs.Entries.Select(input => (input.Key, input.Value)).Append((NodeId, Value.Of(trigger.NodeId))))));
            for (var i = 0; i < trigger.Matches.Count; i++)
            {
                var name = i == 0 ? trigger.ActivityId : $"{trigger.ActivityId}:{i}";
                yield return new StoredTrigger($"{definition.Name}/{name}", definition.Name, name, definition.Hash, kind, ScheduleTrigger.IsSchedule(kind) ? "" : trigger.Matches[i], settings, now);
            }
        }
    }

    /// <summary>The activity that a row starts with.</summary>
    public static string? NodeOf(StoredTrigger trigger) => PlainJson.Parse(Encoding.UTF8.GetString(trigger.Settings.Span)).Get(NodeId)?.AsString();

    private static string? Mistake(ElsaTrigger trigger, ElsaActivity activity)
    {
        if (trigger.Matches.Count == 0) return "what brings it must be a constant";
        var text = Value.Of(trigger.Matches[0]);
        return trigger.Type switch
        {
            "Elsa.HttpEndpoint" => Hooks.EndpointSettings.Mistake(activity),
            "Elsa.Cron" => CronExpression.TryParse(trigger.Matches[0], CronDialect.Elsa, out var mistake) is null ? mistake!.Problem : null,
            "Elsa.Timer" => ElsaTypes.ToSpan(text) is not { } span || span < TimeSpan.FromSeconds(1) ? $"`{trigger.Matches[0]}` is no interval of at least a second" : null,
            "Elsa.StartAt" => ElsaTypes.ToInstant(text) is null ? $"`{trigger.Matches[0]}` is no instant" : null,
            _ => null,
        };
    }
}
