using System.Globalization;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Hooks;

/// <summary>A webhook trigger's settings with their defaults.</summary>
/// <param name="Path">Below <c>/hooks/</c>, without slashes around it.</param>
/// <param name="Method">Upper case.</param>
/// <param name="Verify">The kind of proof: <c>standard-webhooks github gitlab hmac-sha256 token none</c>.</param>
/// <param name="Secret">Name of the declared secret; null only for <c>none</c>.</param>
/// <param name="Header">Where the proof stands, for <c>hmac-sha256</c> and <c>token</c>; null = the kind's own.</param>
/// <param name="IsBase64">How an HMAC is written; else hex.</param>
/// <param name="IdHeader">Where the delivery's id stands, for kinds without one of their own; null = none.</param>
/// <param name="Tolerance">How far a signed time may be from ours.</param>
/// <param name="MaxBody">Most bytes of a body.</param>
internal sealed record HookSettings(string Path, string Method, string Verify, string? Secret, string? Header, bool IsBase64, string? IdHeader, TimeSpan Tolerance, int MaxBody)
{
    /// <summary>What is read when a trigger says nothing, and of a request to a hook that is not there.</summary>
    public const int UsualBody = 1024 * 1024;

    /// <summary>What no trigger can raise.</summary>
    public const int LargestBody = 32 * 1024 * 1024;

    /// <summary>Reads a trigger's settings; the compiler has checked them.</summary>
    public static HookSettings Of(TriggerPlan trigger)
    {
        string? Text(string key) => trigger.Settings.Get(key) switch { StringValue text => text.Text, NumberValue number => number.ToText(), _ => null };
        return new HookSettings(
            (Text("path") ?? "").Trim('/'), Text("method") ?? "POST", Text("verify") ?? "none", Text("secret"), Text("header"), Text("encoding") == "base64", Text("idHeader"),
            Durations.TryParse(Text("tolerance"), out var tolerance) ? tolerance : TimeSpan.FromMinutes(5), Math.Min(Bytes(Text("maxBody")) ?? UsualBody, LargestBody));
    }

    /// <summary>What finds the trigger in the index.</summary>
    public static string MatchOf(string method, string path) => $"{method.ToUpperInvariant()} {path.Trim('/').ToLowerInvariant()}";

    private static int? Bytes(string? size)
    {
        if (size is null) return null;
        var unit = size.EndsWith("KB", StringComparison.Ordinal) ? 1024L : size.EndsWith("MB", StringComparison.Ordinal) ? 1024L * 1024 : 1;
        return long.TryParse(size.TrimEnd('K', 'M', 'B'), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? (int)Math.Min(count * unit, LargestBody) : null;
    }
}
