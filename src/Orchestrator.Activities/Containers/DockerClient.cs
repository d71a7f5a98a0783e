using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Containers;

/// <summary>The Docker Engine's HTTP API over its unix socket on a target; works wherever the target can open a stream.</summary>
internal sealed class DockerClient(Target host, string socketPath) : IDisposable
{
    public const string DefaultSocket = "/var/run/docker.sock";
    private const string Version = "v1.41";

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) => await host.OpenStreamAsync(StreamAddress.Unix(socketPath), cancellation).ConfigureAwait(false),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
    })
    {
        BaseAddress = new Uri($"http://docker/{Version}/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The machine it runs on.</summary>
    public Target Host => host;

    public Task<DockerReply> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    public Task<DockerReply> PostAsync(string path, JsonNode? body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), cancellationToken);

    public Task<DockerReply> DeleteAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>A body that is no JSON; empty when the engine refuses.</summary>
    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(path, cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false) : [];
    }

    /// <summary>Sends a body in a stream and reads the engine's progress lines to the end; an error in them is the reply's message.</summary>
    public async Task<DockerReply> StreamAsync(string path, HttpContent body, Action<string> log, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        return await ReachAsync(async () =>
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
            JsonNode? last = null;
            while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (string.IsNullOrWhiteSpace(line)) continue;
                last = JsonNode.Parse(line);
                if (last?["error"] is { } error) return new DockerReply(HttpStatusCode.InternalServerError, new JsonObject { ["message"] = error.GetValue<string>() });
                if ((last?["stream"] ?? last?["status"])?.GetValue<string>().TrimEnd() is { Length: > 0 } said) log(said);
            }

            return new DockerReply(response.StatusCode, last);
        }).ConfigureAwait(false);
    }

    /// <summary>Sends a request and keeps the connection, which from then on carries a program's streams.</summary>
    public async Task<Stream> HijackAsync(string path, string body, CancellationToken cancellationToken)
    {
        var stream = await host.OpenStreamAsync(StreamAddress.Unix(socketPath), cancellationToken).ConfigureAwait(false);
        try
        {
            var request = $"POST /{Version}/{path} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request), cancellationToken).ConfigureAwait(false);
            var head = await ReadHeadAsync(stream, cancellationToken).ConfigureAwait(false);
            if (!head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal) && !head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                throw new FailureException("docker.failed", FailureKind.Transient, $"docker on {host.Address} answered `{head.Split('\r')[0]}` to {path}");
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<DockerReply> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        return await ReachAsync(async () =>
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return new DockerReply(response.StatusCode, text.StartsWith('{') || text.StartsWith('[') ? JsonNode.Parse(text) : null);
        }).ConfigureAwait(false);
    }

    private async Task<DockerReply> ReachAsync(Func<Task<DockerReply>> send)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (HttpRequestException problem)
        {
            if (problem.InnerException is FailureException { Failure.Code: not "target.unreachable" } known) throw new FailureException(known.Failure, problem);
            throw new FailureException(
                "docker.unreachable", FailureKind.Transient, $"docker does not answer on {socketPath} of {host.Address}: {(problem.InnerException ?? problem).Message}", problem);
        }
    }

    private static async Task<string> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        // One byte at a time: whatever follows the empty line belongs to the program.
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 16 * 1024 && await stream.ReadAsync(one, cancellationToken).ConfigureAwait(false) > 0)
        {
            head.Add(one[0]);
            if (head is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n']) break;
        }

        return Encoding.ASCII.GetString([.. head]);
    }
}
