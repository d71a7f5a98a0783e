using Orchestrator.Activities.Containers;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Targets;

/// <summary>The kinds of target that come with Orchestrator.</summary>
public static class BuiltinTargets
{
    /// <summary>
    /// Opens a target; fits <see cref="OpenTarget"/>. Settings are read and checked now, a connection is made at first use. Another target that it goes through
    /// (<c>jump</c>, <c>via</c>) stands in the settings as a map with its kind as the one key.
    /// </summary>
    public static Task<Target> OpenAsync(string name, string kind, MapValue settings, CancellationToken cancellationToken) =>
        OpenAsync(name, kind, settings, null, cancellationToken);

    /// <summary>Likewise; a name in <c>jump</c> or <c>via</c> is looked up by <paramref name="others"/>, which keeps what it returns.</summary>
    public static async Task<Target> OpenAsync(
        string name, string kind, MapValue settings, Func<string, CancellationToken, Task<Target>>? others, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reader = new TargetSettings(name, kind, settings);
        switch (kind)
        {
            case "local": return Local(name, reader);
            case "ssh":
                var (jump, owned) = await ThroughAsync(reader, "jump", name, others, cancellationToken).ConfigureAwait(false);
                return new SshTarget(SshSettings.Read(reader, jump), owned) { Name = name };
            case "docker":
                var (container, socket) = (reader.Required("container"), reader.Text("socket") ?? DockerClient.DefaultSocket);
                var (host, ownsHost) = await ThroughAsync(reader, "via", name, others, cancellationToken).ConfigureAwait(false);
                reader.NoOthers();
                return new DockerTarget(host ?? new LocalTarget { Name = "local" }, ownsHost, socket, container) { Name = name };
            default:
                throw new FailureException("target.unknownKind", FailureKind.Permanent, $"target `{name}`: there is no kind `{kind}`; the kinds are local, ssh, docker");
        }
    }

    private static LocalTarget Local(string name, TargetSettings settings)
    {
        var netns = settings.Text("netns");
        settings.NoOthers();
        return new LocalTarget { Name = name, NetworkNamespace = netns is null || netns.Contains('/', StringComparison.Ordinal) ? netns : $"/run/netns/{netns}" };
    }

    private static async Task<(Target? Target, bool Owned)> ThroughAsync(
        TargetSettings settings, string key, string name, Func<string, CancellationToken, Task<Target>>? others, CancellationToken cancellationToken)
    {
        switch (settings.Find(key))
        {
            case null: return (null, false);
            case StringValue { Text: "local" }: return (new LocalTarget { Name = "local" }, true);
            case StringValue other when others is not null: return (await others(other.Text, cancellationToken).ConfigureAwait(false), false);
            case MapValue { Entries.Count: 1 } map when map.Entries.Single() is { Value: MapValue inner } entry:
                return (await OpenAsync($"{name}.{key}", entry.Key, inner, others, cancellationToken).ConfigureAwait(false), true);
            default: throw settings.Wrong($"`{key}` must be the name of a target, or a map with its kind as the one key");
        }
    }
}
