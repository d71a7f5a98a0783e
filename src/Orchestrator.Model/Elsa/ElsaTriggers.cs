using Orchestrator.Model.Values;

namespace Orchestrator.Model.Elsa;

/// <summary>Finds what can start a workflow by itself.</summary>
internal static class ElsaTriggers
{
    private static readonly Dictionary<string, string> Matched = new(StringComparer.Ordinal)
    {
        ["Elsa.Event"] = "eventName", ["Elsa.HttpEndpoint"] = "path", ["Elsa.Timer"] = "interval", ["Elsa.Cron"] = "cronExpression", ["Elsa.StartAt"] = "dateTime",
    };

    public static IReadOnlyList<ElsaTrigger> Of(IEnumerable<ElsaActivity> nodes) =>
        [.. nodes.Where(node => node.CanStart && Matched.ContainsKey(node.Type)).Select(Trigger)];

    private static ElsaTrigger Trigger(ElsaActivity node)
    {
        var inputs = Value.Map(node.Inputs.Where(input => input.Value.Syntax is "Literal" or "Object").Select(input => (input.Key, Constant(input.Value))));
        var matched = inputs.Get(Matched[node.Type])?.AsString();
        string[] matches = matched is null ? [] : node.Type != "Elsa.HttpEndpoint" ? [matched]
            : [.. Methods(inputs).Select(method => ElsaMatch.Http(method, matched))];
        return new ElsaTrigger(node.Id, node.NodeId, node.Type, inputs, matches);
    }

    private static IEnumerable<string> Methods(MapValue inputs) =>
        inputs.Get("supportedMethods") is ListValue { Items.Count: > 0 } list ? list.Items.Select(item => item.AsString() ?? "GET") : ["GET"];

    private static Value Constant(ElsaInput input) =>
        input.Syntax == "Object" && input.Content is StringValue text ? PlainJson.TryParse(text.Text) ?? input.Content : ElsaTypes.Convert(input.Content, input.TypeName);
}
