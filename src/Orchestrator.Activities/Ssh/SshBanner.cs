using System.Text;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Ssh;

/// <summary>The line that an SSH server greets with.</summary>
internal static class SshBanner
{
    /// <summary>Reads it; whatever else happens is <c>target.unreachable</c>.</summary>
    public static async Task<string> ReadAsync(Target target, string host, int port, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var stream = await target.OpenStreamAsync(StreamAddress.Tcp(host, port), both.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false)) return await ReadLineAsync(stream, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent($"no answer within {patience.TotalSeconds} s");
        }
        catch (IOException problem)
        {
            throw Silent(problem.Message);
        }
    }

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[256];
        var count = 0;
        while (count < buffer.Length && !buffer.AsSpan(0, count).Contains((byte)'\n'))
        {
            var more = await stream.ReadAsync(buffer.AsMemory(count), cancellationToken).ConfigureAwait(false);
            if (more == 0) break;
            count += more;
        }

        var line = Encoding.ASCII.GetString(buffer, 0, count).Split('\n')[0].Trim();
        if (line.StartsWith("SSH-", StringComparison.Ordinal)) return line;
        throw Silent(line.Length == 0 ? "the connection was closed without a greeting" : "what answers is no SSH server");
    }

    private static FailureException Silent(string why) => new("target.unreachable", FailureKind.Transient, why);
}
