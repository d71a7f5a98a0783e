using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Steps;

/// <summary>What a request is to carry, as inputs of <c>http.request</c>: text, or bytes as base64.</summary>
internal static class RequestContent
{
    private const string Form = "application/x-www-form-urlencoded";

    /// <summary>The input, and the content type that goes with it; null when there is nothing to send.</summary>
    public static (string Input, Value Value, string ContentType)? Of(Value? content, string? contentType)
    {
        if (content is null or NullValue or StringValue { Text: "" }) return null;
        var type = string.IsNullOrWhiteSpace(contentType) ? null : contentType.Trim();
        if (content is SecretValue) return ("body", content, type ?? "text/plain");
        // A list of numbers is JSON unless the type says that it is none.
        if ((content is MapValue && !MediaTypes.IsJson(type ?? "")) || !MediaTypes.IsText(type ?? "text/plain"))
            if (FileValue.BytesOf(content) is { } bytes)
                return ("base64", Value.Of(Convert.ToBase64String(bytes)), type ?? content.Get("contentType")?.AsString() ?? "application/octet-stream");
        if (type?.StartsWith(Form, StringComparison.OrdinalIgnoreCase) == true && FieldsOf(content) is { } fields) return ("body", Value.Of(Encoded(fields)), type);
        return content is StringValue ? ("body", content, type ?? "text/plain") : ("body", Value.Of(PlainJson.Serialize(content)), type ?? "application/json");
    }

    // Text that is no JSON object is taken for a form that is encoded already.
    private static MapValue? FieldsOf(Value content) => content as MapValue ?? (content is StringValue text && text.Text.TrimStart().StartsWith('{') ? PlainJson.TryParse(text.Text) as MapValue : null);

    private static string Encoded(MapValue fields) => string.Join('&', fields.Entries.SelectMany(field =>
        (field.Value is ListValue list ? list.Items : [field.Value]).Select(value => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(Text(value))}")));

    private static string Text(Value value) => value is NullValue ? "" : value.AsString() ?? PlainJson.Serialize(value);
}
