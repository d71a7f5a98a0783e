using System.Security.Cryptography;
using System.Text;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Targets;

/// <summary>
/// A target written down where it is used, without a declaration: a line such as <c>ssh://deploy@web1:22?knownHosts=/etc/ssh/ssh_known_hosts&amp;key=deploy-key</c> or <c>docker://web</c>, or a map
/// with its kind as the one key and the settings that blueprints declare. Secrets are named, never written: the line's <c>key</c> is the name of a stored secret, a map says <c>{"secret": "NAME"}</c>.
/// </summary>
/// <param name="Name">Tells it from others in a run: kind, address and a digest of its settings.</param>
/// <param name="Kind"><c>local</c>, <c>ssh</c>, <c>docker</c>.</param>
/// <param name="Settings">As that kind takes them.</param>
public sealed record TargetText(string Name, string Kind, MapValue Settings)
{
    private const string Forms = "expected `local`, `ssh://[USER@]HOST[:PORT]?knownHosts=FILE&key=SECRET`, `docker://CONTAINER`, or a map such as {\"ssh\": {\"address\": \"web1\", \"knownHosts\": \"FILE\"}}";

    private static readonly string[] Kinds = ["local", "ssh", "docker"];

    /// <summary>Reads one; null for this machine. Throws <c>target.invalid</c>.</summary>
    /// <param name="written">Text, or a map.</param>
    /// <param name="secretOf">Gives the stored secret of a name.</param>
    public static TargetText? Read(Value written, Func<string, Secret> secretOf)
    {
        var value = written is StringValue { Text: var text } ? text.TrimStart().StartsWith('{') ? PlainJson.TryParse(text) ?? throw Wrong("the target is no JSON") : Line(text.Trim()) : written;
        if (value.IsNull) return null;
        if (value is not MapValue { Entries.Count: 1 } map || map.Entries.Single() is not { Value: MapValue settings } entry) throw Wrong("a target has its kind as the one key");
        if (!Kinds.Contains(entry.Key)) throw Wrong($"there is no kind of target `{entry.Key}`");
        var made = (MapValue)WithSecrets(settings, secretOf);
        if (entry.Key == "local" && made.Entries.Count == 0) return null;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ValueJson.Serialize(settings))))[..8];
        return new TargetText($"{entry.Key}:{(made.Get("address") ?? made.Get("container") ?? made.Get("netns"))?.AsString()}#{digest}", entry.Key, made);
    }

    private static Value Line(string text)
    {
        if (text is "" or "local") return Value.Null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("ssh" or "docker") || uri.Host.Length == 0 || uri.AbsolutePath.Trim('/').Length > 0) throw Wrong($"`{text}` is no target");
        var settings = Value.Map((uri.Scheme == "ssh" ? "address" : "container", Value.Of(uri.Host)));
        if (uri.UserInfo.Contains(':', StringComparison.Ordinal)) throw Wrong("a target holds no password in plain text");
        if (uri.UserInfo.Length > 0) settings = settings.With("user", Value.Of(Uri.UnescapeDataString(uri.UserInfo)));
        if (!uri.IsDefaultPort && uri.Port > 0) settings = settings.With("port", Value.Of(uri.Port));
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var said = Value.Of(Uri.UnescapeDataString(parts.Length == 2 ? parts[1] : ""));
            settings = settings.With(parts[0], parts[0] == "key" ? Value.Map(("secret", said)) : said);
        }

        return Value.Map((uri.Scheme, settings));
    }

    private static Value WithSecrets(Value value, Func<string, Secret> secretOf) => value switch
    {
        MapValue { Entries.Count: 1 } map when map.Get("secret") is StringValue name => new SecretValue(secretOf(name.Text)),
        MapValue map => Value.Map(map.Entries.Select(entry => (entry.Key, WithSecrets(entry.Value, secretOf)))),
        _ => value,
    };

    private static FailureException Wrong(string problem) => new("target.invalid", FailureKind.Permanent, $"{problem}; {Forms}");
}
