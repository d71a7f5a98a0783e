using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Engine;

namespace Orchestrator.Server.Api;

/// <summary>A run as server-sent events. An id names the last event and the last log line that were sent, so that a reader who comes back goes on after both.</summary>
/// <param name="options">The server.</param>
/// <param name="runId">The run.</param>
internal sealed class RunStream(ServerOptions options, string runId)
{
    /// <summary>A comment is sent when nothing else was for this long: proxies keep the connection, and a dead one is noticed.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes until the run has ended or somebody goes.</summary>
    public async Task WriteAsync(HttpContext context, CancellationToken ended)
    {
        var (seq, line) = Position(context.Request.Headers["Last-Event-ID"].ToString());
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.Body.FlushAsync(ended).ConfigureAwait(false);

        var updates = options.Engine.WatchAsync(runId, seq, ended, afterLine: line).GetAsyncEnumerator(ended);
        await using (updates.ConfigureAwait(false))
        {
            try
            {
                while (await NextAsync(context.Response, updates, ended).ConfigureAwait(false))
                {
                    if (updates.Current.Event is { } entry) seq = entry.Seq;
                    else line = updates.Current.Line!.Number;
                    await SendAsync(context.Response, updates.Current, seq, line, ended).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // The reader went away, or the server goes: the reader comes back with the last id.
            }
        }
    }

    private async Task<bool> NextAsync(HttpResponse response, IAsyncEnumerator<RunUpdate> updates, CancellationToken ended)
    {
        var next = updates.MoveNextAsync().AsTask();
        while (true)
        {
            try
            {
                if (await next.WaitAsync(Heartbeat, options.Time, CancellationToken.None).ConfigureAwait(false)) return true;
                await response.WriteAsync("event: end\ndata: {}\n\n", ended).ConfigureAwait(false);
                return false;
            }
            catch (TimeoutException)
            {
                await response.WriteAsync(":\n\n", ended).ConfigureAwait(false);
                await response.Body.FlushAsync(ended).ConfigureAwait(false);
            }
        }
    }

    private static async Task SendAsync(HttpResponse response, RunUpdate update, long seq, long line, CancellationToken ended)
    {
        var data = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(data, Options))
        {
            if (update.Event is { } entry) HistoryJson.Write(writer, entry);
            else HistoryJson.Write(writer, update.Line!);
        }

        var head = string.Create(CultureInfo.InvariantCulture, $"id: {seq}.{line}\nevent: {(update.Event is null ? "log" : "event")}\ndata: ");
        await response.Body.WriteAsync(Encoding.ASCII.GetBytes(head), ended).ConfigureAwait(false);
        await response.Body.WriteAsync(data.WrittenMemory, ended).ConfigureAwait(false);
        await response.Body.WriteAsync("\n\n"u8.ToArray(), ended).ConfigureAwait(false);
        await response.Body.FlushAsync(ended).ConfigureAwait(false);
    }

    private static (long Seq, long Line) Position(string id)
    {
        var parts = id.Split('.');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            ? (seq, line)
            : (0, 0);
    }
}
