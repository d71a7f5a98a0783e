using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Model.Values;
using Orchestrator.Server.Api;
using Orchestrator.Server.Triggers;

namespace Orchestrator.Server.Hooks;

/// <summary>A delivery as the value that expressions see as <c>event</c>. Headers that carry a proof or a credential are not in it.</summary>
internal static class HookEvent
{
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Cookie", "Proxy-Authorization", "X-Gitlab-Token", "X-Hub-Signature", "X-Hub-Signature-256", "webhook-signature",
    };

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Makes it; throws a problem 400 when the body is not what its content type says.</summary>
    public static MapValue Of(HttpRequest request, HookSettings hook, Proven proven, byte[] raw, DateTimeOffset now)
    {
        var body = Body(request.ContentType, raw, hook.Verify == "github");
        var type = proven.Type.Length > 0 ? proven.Type : body.Get("type")?.AsString() ?? "";
        return Value.Map(
            ("id", Value.Of(proven.Id)), ("type", Value.Of(type)), ("at", Value.Of(Instants.Text(now))), ("method", Value.Of(request.Method)), ("path", Value.Of(request.Path.Value)),
            ("headers", Value.Map(request.Headers.Where(header => !Kept.Contains(header.Key) && !header.Key.Equals(hook.Header, StringComparison.OrdinalIgnoreCase))
                .Select(header => (header.Key.ToLowerInvariant(), Value.Of(header.Value.ToString()))))),
            ("query", Texts(request.Query)), ("body", body));
    }

    /// <summary>Names and texts as a map.</summary>
    public static MapValue Texts(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> texts) =>
        Value.Map(texts.Select(text => (text.Key, Value.Of(text.Value.ToString()))));

    /// <summary>A body as its content type says: JSON, a form, text; null when there is none.</summary>
    public static Value Body(string? contentType, byte[] raw, bool payloadInForm = false)
    {
        if (raw.Length == 0) return Value.Null;
        var type = contentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "application/json";
        if (type == "application/x-www-form-urlencoded")
        {
            var form = Texts(Form(raw));
            return payloadInForm && form.Get("payload")?.AsString() is { } payload ? Json(payload) : form;
        }

        var text = TextOf(raw);
        return type is "application/json" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal) ? Json(text) : Value.Of(text);
    }

    /// <summary>The fields of a form; throws a problem 400 when it is none, or has too many fields.</summary>
    public static Dictionary<string, Microsoft.Extensions.Primitives.StringValues> Form(byte[] raw)
    {
        try
        {
            using var reader = new FormReader(TextOf(raw));
            return reader.ReadForm();
        }
        catch (InvalidDataException wrong)
        {
            throw Malformed($"The body is no form: {wrong.Message}");
        }
    }

    /// <summary>The text that the bytes are; throws a problem 400 when they are no UTF-8.</summary>
    public static string TextOf(byte[] raw)
    {
        try
        {
            return StrictUtf8.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("The body is no UTF-8 text.");
        }
    }

    private static Value Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return PlainJson.Read(document.RootElement);
        }
        catch (JsonException wrong)
        {
            throw Malformed($"The body is no JSON: {wrong.Message}");
        }
    }

    /// <summary>A body that is not what it says.</summary>
    public static ProblemException Malformed(string detail) => new(StatusCodes.Status400BadRequest, "hook.malformed", detail);
}
