using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>One alteration of a plan, as the message it becomes.</summary>
/// <param name="Type">Elsa's name of it.</param>
/// <param name="Kind">Kind of the message.</param>
/// <param name="Body">Its body.</param>
internal sealed record Alteration(string Type, string Kind, MapValue Body)
{
    private const int Most = 100;

    // What each may say beside its type.
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["ModifyVariable"] = ["variableId", "value", "activityInstanceId"],
        ["CancelActivity"] = ["activityId", "activityInstanceId"],
        ["ScheduleActivity"] = ["activityId", "activityInstanceId"],
        ["Migrate"] = ["targetVersion"],
        ["Cancel"] = [],
        ["Retry"] = [],
    };

    /// <summary>The alterations of a request; all are looked at before the first is done.</summary>
    public static IReadOnlyList<Alteration> ListOf(JsonObject body)
    {
        if (body["alterations"] is not JsonArray { Count: > 0 } alterations) throw new ElsaRejectedException("alterations", "`alterations` is missing: a list of {\"type\": …}.");
        return alterations.Count <= Most ? [.. alterations.Select(Of)] : throw new ElsaRejectedException("alterations", $"a plan has at most {Most} alterations.");
    }

    /// <summary>The message, with the caller's role: some requests are only for some, and the run decides.</summary>
    public ReadOnlyMemory<byte> Message(Caller caller) => Encoding.UTF8.GetBytes(ValueJson.Serialize(Body.With("role", Value.Of(caller.Role.Text()))));

    private static Alteration Of(JsonNode? node)
    {
        var type = (node as JsonObject)?.Text("type") ?? throw new ElsaRejectedException("alterations", "an alteration is an object with a `type`.");
        if (!Known.TryGetValue(type, out var members)) throw new ElsaRejectedException("alterations", $"there is no alteration `{type}`; there are: {string.Join(", ", Known.Keys)}.{Spelling.DidYouMean(type, Known.Keys)}");
        var given = ValueNodes.MapOf(node, "alterations");
        if (given.Entries.FirstOrDefault(entry => entry.Key != "type" && !entry.Value.IsNull && !members.Contains(entry.Key)) is { Key: { } stray })
            throw new ElsaRejectedException("alterations", $"{type} has no `{stray}`{(members.Length == 0 ? "" : $"; it has: {string.Join(", ", members)}")}.{Spelling.DidYouMean(stray, members)}");
        return type switch
        {
            "Cancel" => new Alteration(type, "cancel", Value.Map(("reason", Value.Of("asked for in Studio")))),
            "Retry" => new Alteration(type, "retry", Value.EmptyMap),
            _ => new Alteration(type, "alter", given),
        };
    }
}
