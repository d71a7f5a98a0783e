using System.Net.Http.Headers;
using System.Text;
using System.Text.Unicode;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Http;

/// <summary>
/// One request. Its effect is <c>once</c> because most servers do not drop a second POST; what HTTP itself calls idempotent, and what carries an idempotency key, says so
/// after a crash and then runs again.
/// </summary>
[Activity("http.request", Effect.Once, "Send one HTTP request and read the answer.", Remarks = """
    Sent from the target: `127.0.0.1` is the target's own. TLS is verified unless `insecure` is set.

    After a crash in the middle, GET, HEAD, OPTIONS, PUT and DELETE are sent again, and so is everything with an `idempotencyHeader`; for the rest the run pauses,
    because nobody can tell whether the server acted. For the same reason nothing is retried unless the step says `retry`. To poll, use http.wait.

    | code | cause |
    |---|---|
    | `http.status` | the answer is not one of `expect`; transient for 408, 425, 429 and 5xx |
    | `http.unreachable` | no connection; nothing was sent |
    | `http.tls` | no trusted TLS connection; nothing was sent |
    | `http.broken` | the connection broke; the request may be repeated |
    | `http.unknownOutcome` | the connection broke after a request that may not be repeated |
    """, Example = """
    - id: announce
      uses: http.request
      target: node
      with:
        method: post
        url: http://127.0.0.1:8080/api/members
        headers:
          Authorization: Bearer ${{ secrets.token }}
        json:
          name: ${{ inputs.name }}
        expect: [200, 201, 409]
        idempotencyHeader: Idempotency-Key
    """)]
internal sealed class HttpRequest : Activity<HttpRequestInput, HttpRequestOutput>
{
    protected override Task<Check<HttpRequestOutput>> CheckAsync(HttpRequestInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Check<HttpRequestOutput>.Unknown($"sends {Call(input, context)}"));

    protected override async Task<Outcome<HttpRequestOutput>> ApplyAsync(HttpRequestInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var call = Call(input, context);
        using var http = await TargetHttp.OpenAsync(context, input.CaCertificate, input.Insecure, cancellationToken).ConfigureAwait(false);
        var answer = await SendAsync(http, call, input, cancellationToken).ConfigureAwait(false);
        context.Log($"{call} answered {answer.Status}");
        if (input.Expect.Count == 0 ? !answer.Ok : !input.Expect.Contains(answer.Status))
            throw new FailureException(new Failure(
                "http.status", answer.IsPassing ? FailureKind.Transient : FailureKind.Permanent,
                $"{call} answered {answer.Status} {answer.Reason}, expected {(input.Expect.Count == 0 ? "2xx" : string.Join(", ", input.Expect))}{Excerpt(answer)}",
                Value.Map(("status", Value.Of(answer.Status)))));
        var output = new HttpRequestOutput
        {
            Status = answer.Status, Headers = answer.Headers, Truncated = answer.Truncated,
            Body = !input.AsFile && (IsText(answer) || Utf8.IsValid(answer.Body)) ? answer.Text : "",
            Json = !input.AsFile && IsJson(answer) ? PlainJson.TryParse(answer.Text) : null,
            File = answer.Body.Length > 0 && (input.AsFile || !IsText(answer)) ? FileOf(answer, call.Url) : null,
        };
        return input.Method is HttpVerb.Get or HttpVerb.Head or HttpVerb.Options ? Outcome<HttpRequestOutput>.Same(output) : Outcome<HttpRequestOutput>.Changes(output);
    }

    protected override Task<Check<HttpRequestOutput>> VerifyAsync(HttpRequestInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(MayRepeat(input)
            ? Check<HttpRequestOutput>.Differs(new Change(Call(input, context).ToString(), null, "sent again"))
            : Check<HttpRequestOutput>.Unknown($"nobody can tell whether {Call(input, context)} arrived"));

    /// <summary>RFC 9110, 9.2.2: a second GET, HEAD, OPTIONS, PUT or DELETE asks for the same as the first.</summary>
    private static bool MayRepeat(HttpRequestInput input) =>
        input.IdempotencyHeader is not null || input.Method is HttpVerb.Get or HttpVerb.Head or HttpVerb.Options or HttpVerb.Put or HttpVerb.Delete;

    private static async Task<HttpAnswer> SendAsync(TargetHttp http, HttpCall call, HttpRequestInput input, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (FailureException error) when (error.Failure.Code == "http.broken" && !MayRepeat(input))
        {
            throw new FailureException("http.unknownOutcome", FailureKind.UnknownOutcome, $"{error.Message}; the server may or may not have acted", error);
        }
    }

    private static HttpCall Call(HttpRequestInput input, ActivityContext context)
    {
        if ((input.Body is null ? 0 : 1) + (input.Json is null ? 0 : 1) + (input.Base64 is null ? 0 : 1) > 1)
            throw new FailureException("input.invalid", FailureKind.Permanent, "give one of `body`, `json` and `base64`");
        if (input.Json is { HasSecret: true }) throw new FailureException("input.invalid", FailureKind.Permanent, "input `json` takes no secret; put it in `headers` or `body`");
        var headers = input.PlainHeaders();
        if (input.IdempotencyHeader is { } key) headers[key] = context.IdempotencyKey;
        var text = input.Json is { } json ? PlainJson.Serialize(json) : input.Body?.Reveal();
        return new HttpCall(new HttpMethod(input.Method.ToString().ToUpperInvariant()), input.Address())
        {
            Headers = headers, Redirects = input.Redirects, MaxBodyBytes = input.MaxBody, Body = input.Base64 is { } base64 ? Bytes(base64) : text is null ? null : Encoding.UTF8.GetBytes(text),
            ContentType = input.Base64 is not null ? "application/octet-stream" : input.Json is null ? "text/plain; charset=utf-8" : "application/json",
        };
    }

    private static byte[] Bytes(Secret base64)
    {
        try
        {
            return Convert.FromBase64String(base64.Reveal());
        }
        catch (FormatException)
        {
            throw new FailureException("input.invalid", FailureKind.Permanent, "input `base64` is no base64");
        }
    }

    // What says nothing about itself is text when its bytes are.
    private static bool IsText(HttpAnswer answer)
    {
        var type = answer.Headers.GetValueOrDefault("content-type", "");
        return MediaTypes.IsText(type) || (type.Length == 0 && Utf8.IsValid(answer.Body));
    }

    private static MapValue FileOf(HttpAnswer answer, Uri url)
    {
        var given = ContentDispositionHeaderValue.TryParse(answer.Headers.GetValueOrDefault("content-disposition"), out var disposition) ? disposition.FileNameStar ?? disposition.FileName : null;
        return FileValue.Of(given ?? Uri.UnescapeDataString(url.Segments[^1]), answer.Headers.GetValueOrDefault("content-type"), answer.Body);
    }

    private static bool IsJson(HttpAnswer answer) =>
        !answer.Truncated && answer.Headers.TryGetValue("content-type", out var type) && MediaTypes.IsJson(type);

    private static string Excerpt(HttpAnswer answer)
    {
        var text = answer.Text.Trim();
        return text.Length == 0 ? "" : $": {(text.Length <= 200 ? text : text[..200] + "…")}";
    }
}

internal sealed record HttpRequestInput : HttpInput
{
    [Field("Verb.")]
    public HttpVerb Method { get; init; } = HttpVerb.Get;

    [Field("Text to send; may be secret. Its type is text/plain unless `headers` says otherwise.", Format = "multiline")]
    public Secret? Body { get; init; }

    [Field("Value to send as JSON, instead of `body`.")]
    public Value? Json { get; init; }

    [Field("Bytes to send, as base64, instead of `body`. Their type is application/octet-stream unless `headers` says otherwise.", Format = "multiline")]
    public Secret? Base64 { get; init; }

    [Field("The most bytes that are read of the answer's body.", Min = 0, Max = 16 * 1024 * 1024)]
    public int MaxBody { get; init; } = TargetHttp.MaxBodyBytes;

    [Field("True = give the answer's body as `file` whatever its type.")]
    public bool AsFile { get; init; }

    [Field("Status codes that are a success. Empty = 200 to 299.", Min = 100, Max = 599)]
    public IReadOnlyList<int> Expect { get; init; } = [];

    [Field("Header in which the server takes a key and drops the second request with an equal one, for example `Idempotency-Key`. It gets a key that is the same for every attempt of this step.")]
    public string? IdempotencyHeader { get; init; }
}

/// <summary>Verbs of HTTP.</summary>
internal enum HttpVerb
{
    /// <summary>Reads.</summary>
    Get,

    /// <summary>Reads headers only.</summary>
    Head,

    /// <summary>Acts.</summary>
    Post,

    /// <summary>Replaces.</summary>
    Put,

    /// <summary>Changes a part.</summary>
    Patch,

    /// <summary>Removes.</summary>
    Delete,

    /// <summary>Asks what is possible.</summary>
    Options,
}

internal sealed record HttpRequestOutput
{
    [Field("Status code.")]
    public int Status { get; init; }

    [Field("Headers by lower-case name; several of a name are joined by comma. Cookies are left out.")]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    [Field("The body as text, at most `maxBody` of it; empty when its bytes are no text.")]
    public string Body { get; init; } = "";

    [Field("The body as `{fileName, contentType, length, content}`, the content as base64, when its type is no text; else null.")]
    public Value? File { get; init; }

    [Field("True when the body was longer.")]
    public bool Truncated { get; init; }

    [Field("The body as a value, when its type is JSON; else null.")]
    public Value? Json { get; init; }
}
