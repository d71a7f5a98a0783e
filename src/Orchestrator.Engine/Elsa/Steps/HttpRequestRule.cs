using System.Globalization;
using Orchestrator.Engine.Folding;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Steps;

/// <summary>SendHttpRequest, FlowSendHttpRequest, DownloadHttpFile: a step of <c>http.request</c>. Whatever code comes back is an answer; the code says where it goes on.</summary>
internal sealed class HttpRequestRule : Rule
{
    /// <summary>The note of an answer whose outputs have reached their variables. Runs that began before there was such a thing have it as <c>answer</c>.</summary>
    private const string Answered = "answered";

    /// <summary>The most that is read of an answer; a file may be larger.</summary>
    private const int MaxAnswer = 1024 * 1024, MaxFile = 16 * MaxAnswer;

    public static readonly InputSpec Expected = new("ExpectedStatusCodes", "List<Int32>", Value.List([Value.Of(200)]));

    public static readonly InputSpec[] Common =
    [
        new("Url", "String"), new("Method", "String", Value.Of("GET")), new("Content", "Object"), new("ContentType", "String"), new("Authorization", "String"),
        new("DisableAuthorizationHeaderValidation", "Boolean"), new("RequestHeaders", "HttpHeaders"),
    ];

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var headers = new Dictionary<string, Value>(StringComparer.OrdinalIgnoreCase);
        if (activity.Inputs.Get("requestHeaders") is MapValue given)
            foreach (var (name, value) in given.Entries)
                headers[name] = value is ListValue list ? Value.Of(string.Join(", ", list.Items.Select(item => item.AsString() ?? PlainJson.Serialize(item)))) : value;
        if (Authorization(activity) is { } authorization) headers["Authorization"] = authorization;
        var isFile = IsDownload(activity);
        var input = new List<(string, Value)>
        {
            ("url", activity.Inputs.Get("url") ?? Value.Null),
            ("method", Value.Of((activity.Inputs.Get("method")?.AsString() ?? "GET").ToLowerInvariant())),
            ("expect", Value.List(Enumerable.Range(100, 500).Select(code => Value.Of(code)))),
            ("maxBody", Value.Of(isFile ? MaxFile : MaxAnswer)),
        };
        if (isFile) input.Add(("asFile", Value.Of(true)));
        if (RequestContent.Of(activity.Inputs.Get("content"), activity.Inputs.Get(isFile ? "requestContentType" : "contentType")?.AsString()) is { } content)
        {
            input.Add((content.Input, content.Value));
            headers["Content-Type"] = Value.Of(content.ContentType);
        }

        if (headers.Count > 0) input.Add(("headers", Value.Map(headers.Select(header => (header.Key, header.Value)))));
        interpreter.Act(activity, Value.Map(input));
    }

    public override void StepDone(Interpreter interpreter, ActivityState activity, StepState step, Value output)
    {
        var code = (int)((output.Get("status") as NumberValue)?.Number ?? 0);
        if (output.Get("truncated") is BoolValue { Flag: true })
        {
            // Half an answer would be a wrong one without a word.
            interpreter.Fault(activity, new Failure("http.tooLarge", FailureKind.Permanent, $"the answer ({code}) is larger than {(IsDownload(activity) ? MaxFile : MaxAnswer) / MaxAnswer} MiB"));
            return;
        }

        var outputs = IsDownload(activity) ? Downloaded(output, code) : Value.Map(
            ("statusCode", Value.Of(code)), ("parsedContent", Parsed(output)), ("responseHeaders", output.Get("headers") ?? Value.EmptyMap), ("result", output));
        var label = code.ToString(CultureInfo.InvariantCulture);
        if (activity.Node.Type == "Elsa.SendHttpRequest")
        {
            Branch(interpreter, activity, activity.Node.Cases.FirstOrDefault(entry => entry.Label == label) is { } found ? found.Activity : activity.Node.Port("unmatchedStatusCode"), outputs);
            return;
        }

        var expected = activity.Inputs.Get("expectedStatusCodes") is ListValue codes ? codes.Items.Select(item => ElsaTypes.Convert(item, "Int32")).ToArray() : [];
        interpreter.Complete(activity, expected.Length == 0 ? ["Done"] : [expected.Contains(Value.Of(code)) ? label : "Unmatched status code", "Done"], outputs);
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

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        if (activity.Note(Answered) is MapValue outputs) interpreter.Complete(activity, null, outputs, isBound: true);
        else interpreter.Complete(activity, null, activity.Note("answer") as MapValue);
    }

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

        // The branch reads them; and what it makes of the variables is not written over when it is done.
        interpreter.Note(activity, Answered, interpreter.Bind(activity, outputs));
        interpreter.Schedule(activity, branch);
    }

    private static bool IsDownload(ActivityState activity) => activity.Node.Type == "Elsa.DownloadHttpFile";

    private static Value Parsed(Value output) =>
        output.Get("json") is { IsNull: false } json ? json : output.Get("file") is { IsNull: false } file ? file : output.Get("body") is StringValue { Text.Length: > 0 } text ? text : Value.Null;

    private static MapValue Downloaded(Value output, int code)
    {
        var headers = output.Get("headers") as MapValue ?? Value.EmptyMap;
        ILookup<bool, KeyValuePair<string, Value>> parts = headers.Entries.ToLookup(header => header.Key.StartsWith("content-", StringComparison.Ordinal));
        return Value.Map(
            ("statusCode", Value.Of(code)), ("result", output.Get("file") ?? Value.Null), ("responseHeaders", Value.Map(parts[false].Select(header => (header.Key, header.Value)))),
            ("responseContentHeaders", Value.Map(parts[true].Select(header => (header.Key, header.Value)))));
    }

    private static Value? Authorization(ActivityState activity)
    {
        if (activity.Inputs.Get("authorization") is not { IsNull: false } given || given is StringValue { Text: "" }) return null;
        if (given is StringValue text && activity.Inputs.Get("disableAuthorizationHeaderValidation") is not BoolValue { Flag: true } && !IsCredential(text.Text))
            throw new FailureException("elsa.input", FailureKind.Permanent, "Authorization is not of the form SCHEME VALUE; DisableAuthorizationHeaderValidation lets it through");
        return given;
    }

    // RFC 9110, 11.4: a token, and after a blank what the scheme wants.
    private static bool IsCredential(string text) => HttpToken.IsOne(text.Split(' ', 2)[0]) && !text.Any(char.IsControl);
}
