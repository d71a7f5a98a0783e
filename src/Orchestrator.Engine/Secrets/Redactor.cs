using System.Text;
using System.Text.Json;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Secrets;

/// <summary>
/// Takes the secrets a run has used out of every text that leaves an activity: plain, base64, URL-encoded and JSON-escaped, and each long line of a secret of several lines. Safe for
/// concurrent use.
/// </summary>
internal sealed class Redactor
{
    private const int ShortestNeedle = 3;
    private const int ShortestLine = 8;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private volatile string[] _needles = [];

    /// <summary>From now on this text is taken out.</summary>
    public void Add(string plainText)
    {
        if (plainText.Length < ShortestNeedle) return;
        lock (_lock)
        {
            if (!_known.Add(plainText)) return;
            var forms = new HashSet<string>(_needles, StringComparer.Ordinal);
            foreach (var text in Lines(plainText))
            {
                forms.Add(text);
                forms.Add(Uri.EscapeDataString(text));
                forms.Add(System.Net.WebUtility.UrlEncode(text));
                forms.Add(JsonEncodedText.Encode(text).ToString());
                forms.Add(JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
                foreach (var encoded in Base64(text)) forms.Add(encoded);
            }

            // Longest first: a needle inside another must not leave the rest of the longer one.
            _needles = [.. forms.Where(form => form.Length >= ShortestNeedle).OrderByDescending(form => form.Length)];
        }
    }

    /// <summary>The text without secrets.</summary>
    public string Clean(string text)
    {
        foreach (var needle in _needles)
            if (text.Contains(needle, StringComparison.Ordinal)) text = text.Replace(needle, "***", StringComparison.Ordinal);
        return text;
    }

    /// <summary>The failure without secrets.</summary>
    public Failure Clean(Failure failure) => _needles.Length == 0 ? failure : failure with
    {
        Message = Clean(failure.Message),
        Details = failure.Details is { } details ? Clean(details) : null,
        LogTail = failure.LogTail is { } tail ? [.. tail.Select(Clean)] : null,
    };

    /// <summary>The value without plain text of secrets; secrets themselves stay.</summary>
    public Value Clean(Value value)
    {
        if (_needles.Length == 0) return value;
        return value switch
        {
            StringValue text => Value.Of(Clean(text.Text)),
            ListValue list => Value.List(list.Items.Select(Clean)),
            MapValue map => Value.Map(map.Entries.Select(entry => (Clean(entry.Key), Clean(entry.Value)))),
            _ => value,
        };
    }

    private static IEnumerable<string> Lines(string text)
    {
        yield return text;
        if (!text.Contains('\n', StringComparison.Ordinal)) yield break;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
            if (line.Length >= ShortestLine) yield return line;
    }

    // A secret inside a longer text that is encoded as a whole starts at one of three offsets; the middle of each form does not depend on its neighbours.
    private static IEnumerable<string> Base64(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var offset in new[] { 0, 1, 2 })
        {
            var padded = new byte[offset + bytes.Length];
            bytes.CopyTo(padded, offset);
            var encoded = Convert.ToBase64String(padded);
            if (offset == 0)
            {
                yield return encoded;
                yield return encoded.TrimEnd('=').Replace('+', '-').Replace('/', '_');
            }

            var start = offset == 0 ? 0 : offset + 1;
            var end = padded.Length / 3 * 4;
            if (end - start < ShortestLine) continue;
            yield return encoded[start..end];
            yield return encoded[start..end].Replace('+', '-').Replace('/', '_');
        }
    }
}
