namespace Orchestrator.Model.Values;

/// <summary>
/// A file as a value, the same wherever files go in or out: a map <c>{fileName, contentType, length, content}</c>, the bytes as base64 in <c>content</c>; an upload also says the form's field as
/// <c>name</c>. Values of this size ride in blobs, and scripts read it with <c>stringFromBase64(file.content)</c> or <c>bytesFromBase64(file.content)</c>.
/// </summary>
public static class FileValue
{
    private const int LongestName = 255;

    /// <summary>Makes one.</summary>
    /// <param name="fileName">As the sender called it; folders in it are dropped. Empty or null: <c>file.dat</c>.</param>
    /// <param name="contentType">Media type; null = <c>application/octet-stream</c>.</param>
    /// <param name="bytes">What is in it.</param>
    /// <param name="field">Name of the form's field; null = it came otherwise.</param>
    public static MapValue Of(string? fileName, string? contentType, ReadOnlySpan<byte> bytes, string? field = null)
    {
        var entries = new List<(string, Value)>
        {
            ("fileName", Value.Of(SafeName(fileName) is { Length: > 0 } name ? name : "file.dat")), ("contentType", Value.Of(string.IsNullOrWhiteSpace(contentType) ? "application/octet-stream" : contentType)),
            ("length", Value.Of(bytes.Length)), ("content", Value.Of(Convert.ToBase64String(bytes))),
        };
        if (field is not null) entries.Insert(0, ("name", Value.Of(field)));
        return Value.Map(entries);
    }

    /// <summary>The bytes of a file value or of a list of numbers from 0 to 255, as scripts have them; null when it is neither.</summary>
    public static byte[]? BytesOf(Value value) => value switch
    {
        MapValue file when file.Get("content")?.AsString() is { } text && file.Get("fileName") is not null => FromBase64(text),
        ListValue { Items.Count: > 0 } list when list.Items.All(item => item is NumberValue { IsInteger: true, Number: >= 0 and <= 255 }) => [.. list.Items.Select(item => (byte)((NumberValue)item).Number)],
        _ => null,
    };

    /// <summary>The last part of a path, without characters that end a header or hide the name; at most 255 characters.</summary>
    public static string SafeName(string? fileName)
    {
        var last = (fileName ?? "")[((fileName ?? "").LastIndexOfAny(['/', '\\']) + 1)..];
        var kept = string.Concat(last.Where(character => !char.IsControl(character) && character != '"')).Trim();
        return kept.Trim('.').Length == 0 ? "" : kept.Length > LongestName ? kept[^LongestName..] : kept;
    }

    private static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
