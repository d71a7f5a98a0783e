using Orchestrator.Model.Values;

namespace Orchestrator.Model.Elsa;

/// <summary>Finds what can start a workflow by itself, and what an activity that listens says of it.</summary>
public static class ElsaTriggers
{
    private static readonly Dictionary<string, string> Matched = new(StringComparer.Ordinal)
    {
        ["Elsa.Event"] = "eventName", ["Elsa.HttpEndpoint"] = "path", ["Elsa.Timer"] = "interval", ["Elsa.Cron"] = "cronExpression", ["Elsa.StartAt"] = "dateTime",
    };

    private const string Authorize = "authorize";

    internal static IReadOnlyList<ElsaTrigger> Of(IEnumerable<ElsaActivity> nodes) =>
        [.. nodes.Where(node => node.CanStart && Matched.ContainsKey(node.Type)).Select(Trigger)];

    /// <summary>
    /// What an activity says that is known before it runs, by property: constant inputs, and properties that are no inputs. An endpoint that authorizes by an expression is closed: nobody can evaluate it for
    /// a request, and who wrote it did not mean everybody.
    /// </summary>
    public static MapValue Settings(ElsaActivity node)
    {
        var settings = Value.Map([.. node.Bare.Entries.Select(bare => (bare.Key, bare.Value)), .. node.Inputs.Where(input => input.Value.IsConstant).Select(input => (input.Key, input.Value.Constant))]);
        // Studio writes a ticked box as the text "True", without a type.
        var isClosed = ElsaTypes.ToFlag(settings.Get(Authorize) ?? Value.Null) || (node.Inputs.TryGetValue(Authorize, out var asked) && !asked.IsConstant);
        return isClosed ? settings.With(Authorize, Value.Of(true)) : settings;
    }

    private static ElsaTrigger Trigger(ElsaActivity node)
    {
        var inputs = Settings(node);
        var matched = inputs.Get(Matched[node.Type])?.AsString();
        string[] matches = matched is null ? [] : node.Type != "Elsa.HttpEndpoint" ? [matched]
            : [.. Methods(inputs).Select(method => ElsaMatch.Http(method, matched))];
        return new ElsaTrigger(node.Id, node.NodeId, node.Type, inputs, matches);
    }

    private static IEnumerable<string> Methods(MapValue inputs) =>
        inputs.Get("supportedMethods") is ListValue { Items.Count: > 0 } list ? list.Items.Select(item => item.AsString() ?? "GET") : ["GET"];
}
