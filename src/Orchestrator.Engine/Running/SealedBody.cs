using System.Text;
using System.Text.Json;

namespace Orchestrator.Engine.Running;

/// <summary>
/// The body of a message as it lies in the inbox: <c>{"$sealed": …}</c> around all of it. Who posts need not own the store and does not know which input, output or payload is secret; the
/// owner does, and writes only what is not into the journal. A body that is not sealed is taken as it is.
/// </summary>
internal static class SealedBody
{
    private const string Member = "$sealed";

    public static ReadOnlyMemory<byte> Seal(ReadOnlyMemory<byte> body, SecretSeal seal) =>
        body.IsEmpty ? body : Encoding.UTF8.GetBytes($"{{\"{Member}\":\"{Convert.ToBase64String(seal.Protect(Encoding.UTF8.GetString(body.Span)))}\"}}");

    public static ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> body, SecretSeal seal)
    {
        if (body.IsEmpty) return body;
        using var document = JsonDocument.Parse(body);
        return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(Member, out var found) && found.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(seal.Unprotect(found.GetBytesFromBase64()))
            : body;
    }
}
