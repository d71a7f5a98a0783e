using System.Globalization;
using System.Text.Json;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Network;

/// <summary>A VXLAN interface of the target, with the far ends it floods to.</summary>
internal static class Vxlan
{
    private const string Flood = "00:00:00:00:00:00";

    public static async Task<IReadOnlyList<Change>> ChangesAsync(NetworkJoin.Input input, Link? link, ActivityContext context, CancellationToken cancellationToken)
    {
        if (link is null) return [new Change(input.Interface, null, string.Create(CultureInfo.InvariantCulture, $"VXLAN {input.Id}"))];
        var changes = new List<Change>();
        if (!IsSame(input, link)) changes.Add(new Change(input.Interface, string.Create(CultureInfo.InvariantCulture, $"VXLAN {link.Number("id")} with other settings"), string.Create(CultureInfo.InvariantCulture, $"VXLAN {input.Id}")));
        var remotes = await RemotesAsync(input.Interface, context, cancellationToken).ConfigureAwait(false);
        changes.AddRange(input.Remotes.Except(remotes).Select(remote => new Change($"{input.Interface} far end", null, remote)));
        changes.AddRange(remotes.Except(input.Remotes).Select(remote => new Change($"{input.Interface} far end", remote, null)));
        return changes;
    }

    public static async Task ApplyAsync(NetworkJoin.Input input, Link? link, ActivityContext context, CancellationToken cancellationToken)
    {
        if (input.Id is not { } id) throw new FailureException("input.invalid", FailureKind.Permanent, "input `id` is required for kind vxlan");
        if (link is not null && !IsSame(input, link))
        {
            await Link.IpAsync(context, $"remove {input.Interface}", cancellationToken, "link", "delete", "dev", input.Interface).ConfigureAwait(false);
            link = null;
        }

        if (link is null)
        {
            List<string> add = ["link", "add", "dev", input.Interface, "type", "vxlan", "id", Text(id), "dstport", Text(input.Port)];
            if (input.Local is { } local) add.AddRange(["local", local]);
            if (input.Device is { } device) add.AddRange(["dev", device]);
            await Link.IpAsync(context, $"make {input.Interface}", cancellationToken, add).ConfigureAwait(false);
        }

        var remotes = await RemotesAsync(input.Interface, context, cancellationToken).ConfigureAwait(false);
        foreach (var remote in input.Remotes.Except(remotes)) await FdbAsync("append", remote, input, context, cancellationToken).ConfigureAwait(false);
        foreach (var remote in remotes.Except(input.Remotes)) await FdbAsync("delete", remote, input, context, cancellationToken).ConfigureAwait(false);
    }

    private static async Task FdbAsync(string verb, string remote, NetworkJoin.Input input, ActivityContext context, CancellationToken cancellationToken) =>
        (await context.RunAsync(cancellationToken, "bridge", "fdb", verb, Flood, "dev", input.Interface, "dst", remote).ConfigureAwait(false))
        .OrFail("network.refused", $"cannot {verb} the far end {remote} of {input.Interface}");

    private static bool IsSame(NetworkJoin.Input input, Link link) =>
        link.Number("id") == input.Id && link.Number("port") == input.Port
        && (input.Local is null || (link.Text("local") ?? link.Text("local6")) == input.Local)
        && (input.Device is null || link.Parent == input.Device || link.Text("link") == input.Device);

    private static async Task<string[]> RemotesAsync(string name, ActivityContext context, CancellationToken cancellationToken)
    {
        var shown = await context.RunAsync(cancellationToken, "bridge", "-j", "fdb", "show", "dev", name).ConfigureAwait(false);
        if (!shown.Ok) return [];
        using var document = JsonDocument.Parse(shown.Output.Trim().Length == 0 ? "[]" : shown.Output);
        return [.. document.RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("mac").GetString() == Flood && entry.TryGetProperty("dst", out _)).Select(entry => entry.GetProperty("dst").GetString()!)];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
