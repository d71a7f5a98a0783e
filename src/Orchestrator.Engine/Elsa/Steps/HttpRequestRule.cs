using System.Globalization;
using Orchestrator.Engine.Folding;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Steps;

/// <summary>SendHttpRequest, FlowSendHttpRequest: a step of <c>http.request</c>. Whatever code comes back is an answer; the code says where it goes on.</summary>
internal sealed class HttpRequestRule : Rule
{
    public static readonly InputSpec[] Common =
    [
        new("Url", "String"), new("Method", "String", Value.Of("GET")), new("Content", "Object"), new("ContentType", "String"), new("Authorization", "String"), new("RequestHeaders", "HttpHeaders"),
    ];

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var headers = new Dictionary<string, Value>(StringComparer.OrdinalIgnoreCase);
        if (activity.Inputs.Get("requestHeaders") is MapValue given)
            foreach (var (name, value) in given.Entries)
                headers[name] = value is ListValue list ? Value.Of(string.Join(", ", list.Items)) : value;
        if (activity.Inputs.Get("authorization") is { IsNull: false } authorization and not StringValue { Text: "" }) headers["Authorization"] = authorization;
        var input = new List<(string, Value)>
        {
            ("url", activity.Inputs.Get("url") ?? Value.Null),
            ("method", Value.Of((activity.Inputs.Get("method")?.AsString() ?? "GET").ToLowerInvariant())),
            ("expect", Value.List(Enumerable.Range(100, 500).Select(code => Value.Of(code)))),
        };
        if (activity.Inputs.Get("content") is { IsNull: false } content and not StringValue { Text: "" })
        {
            input.Add(content is StringValue or SecretValue ? ("body", content) : ("body", Value.Of(PlainJson.Serialize(content))));
            headers["Content-Type"] = activity.Inputs.Get("contentType") is StringValue { Text.Length: > 0 } type ? type : Value.Of(content is StringValue ? "text/plain" : "application/json");
        }

        if (headers.Count > 0) input.Add(("headers", Value.Map(headers.Select(header => (header.Key, header.Value)))));
        interpreter.Act(activity, Value.Map(input));
    }

    public override void StepDone(Interpreter interpreter, ActivityState activity, StepState step, Value output)
    {
        var code = (int)((output.Get("status") as NumberValue)?.Number ?? 0);
        var outputs = Value.Map(
            ("statusCode", Value.Of(code)), ("parsedContent", output.Get("json") is { IsNull: false } json ? json : output.Get("body") ?? Value.Null),
            ("responseHeaders", output.Get("headers") ?? Value.EmptyMap), ("result", output));
        var label = code.ToString(CultureInfo.InvariantCulture);
        if (activity.Node.Type == "Elsa.FlowSendHttpRequest")
        {
            var expected = activity.Inputs.Get("expectedStatusCodes") is ListValue codes && codes.Items.Any(item => ElsaTypes.Convert(item, "Int32").Equals(Value.Of(code)));
            interpreter.Complete(activity, [expected ? label : "Unmatched status code", "Done"], outputs);
            return;
        }

        Branch(interpreter, activity, activity.Node.Cases.FirstOrDefault(entry => entry.Label == label) is { } found ? found.Activity : activity.Node.Port("unmatchedStatusCode"), outputs);
    }

    public override void StepFailed(Interpreter interpreter, ActivityState activity, StepState step, Failure failure)
    {
        if (!Expects(interpreter, activity, failure)) interpreter.Fault(activity, failure);
        else if (PortOf(activity, failure) is { } port) Branch(interpreter, activity, port, Value.EmptyMap);
        else interpreter.Complete(activity, [OutcomeOf(failure)!]);
    }

    // Without anything behind the port, a failure is a failure: nobody would hear of it.
    public override bool Expects(Interpreter interpreter, ActivityState activity, Failure failure) => OutcomeOf(failure) is { } outcome
        && (PortOf(activity, failure) is not null || (interpreter.State.OwnerOf(activity) is { Node.Type: "Elsa.Flowchart" } flow
            && flow.Node.Connections.Exists(connection => flow.Node.Children[connection.Source] == activity.Node && connection.Port == outcome)));

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes) =>
        interpreter.Complete(activity, null, activity.Note("answer") as MapValue);

    private static string? OutcomeOf(Failure failure) =>
        failure.Kind == FailureKind.Timeout ? "Timeout" : failure.Code is "http.unreachable" or "http.tls" or "http.broken" ? "Failed to connect" : null;

    private static ElsaActivity? PortOf(ActivityState activity, Failure failure) => activity.Node.Port(OutcomeOf(failure) == "Timeout" ? "timeout" : "failedToConnect");

    private static void Branch(Interpreter interpreter, ActivityState activity, ElsaActivity? branch, MapValue outputs)
    {
        if (branch is null)
        {
            interpreter.Complete(activity, null, outputs);
            return;
        }

        interpreter.Note(activity, "answer", outputs);
        interpreter.Schedule(activity, branch);
    }
}
