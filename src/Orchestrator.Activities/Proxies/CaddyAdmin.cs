using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Proxies;

/// <summary>A running caddy, asked over its admin port as seen from the target.</summary>
internal static class CaddyAdmin
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The configuration it serves; null when none answers.</summary>
    public static async Task<JsonNode?> ConfigAsync(string admin, ActivityContext context, CancellationToken cancellationToken)
    {
        var address = Address(admin);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) => await context.Target.OpenStreamAsync(address, token).ConfigureAwait(false), UseProxy = false, ConnectTimeout = Patience,
        })
        {
            Timeout = Patience,
        };
        try
        {
            // Caddy refuses other Host headers than its own address.
            return JsonNode.Parse(await client.GetStringAsync(new Uri($"http://{admin}/config/"), cancellationToken).ConfigureAwait(false));
        }
        catch (Exception problem) when (problem is HttpRequestException or FailureException or JsonException or IOException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Whether something accepts on a port of the target's loopback.</summary>
    public static async Task<bool> AcceptsAsync(int port, ActivityContext context, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await context.Target.OpenStreamAsync(StreamAddress.Tcp("127.0.0.1", port), cancellationToken).ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
            return true;
        }
        catch (FailureException problem) when (problem.Failure.IsRetryable)
        {
            return false;
        }
    }

    private static StreamAddress Address(string admin)
    {
        var colon = admin.LastIndexOf(':');
        return colon > 0 && int.TryParse(admin.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? StreamAddress.Tcp(admin[..colon].Trim('[', ']'), port)
            : throw new FailureException("input.invalid", FailureKind.Permanent, $"input `admin` must be host:port, not `{admin}`");
    }
}
