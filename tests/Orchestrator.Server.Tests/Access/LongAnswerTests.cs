using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using Orchestrator.Server.Access;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Access;

/// <summary>Sockets and streams that are open when their credential stops to be one.</summary>
public sealed class LongAnswerTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync(_time);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Hub_OfARevokedToken_IsCutOff()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var admin = _server.Admin();
        var (going, staying) = (await TokenAsync(admin, "going"), await TokenAsync(admin, "staying"));
        using var cut = await ConnectAsync(going, limit.Token);
        using var kept = await ConnectAsync(staying, limit.Token);
        _time.Advance(LongAnswer.Period);
        Assert.Equal(WebSocketState.Open, cut.State);

        await admin.DeleteAsync("/api/v1/tokens/going");
        _time.Advance(LongAnswer.Period);

        await Assert.ThrowsAnyAsync<WebSocketException>(() => ReadAsync(cut, limit.Token));
        Assert.Equal(WebSocketState.Open, kept.State);
    }

    [Fact]
    public async Task Events_OfARevokedToken_AreCutOff()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var admin = _server.Admin();
        var started = await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/runs", new { text = "blueprint: waits\nsteps:\n  - id: hold\n    wait: {signal: go}\n" }));
        using var reader = _server.With(await TokenAsync(admin, "going"));
        using var answer = await reader.GetAsync($"/api/v1/runs/{started.GetProperty("runId").GetString()}/events", HttpCompletionOption.ResponseHeadersRead, limit.Token);
        await using var stream = await answer.Content.ReadAsStreamAsync(limit.Token);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[1], limit.Token));

        await admin.DeleteAsync("/api/v1/tokens/going");
        _time.Advance(LongAnswer.Period);

        await Assert.ThrowsAnyAsync<IOException>(() => stream.CopyToAsync(Stream.Null, limit.Token));
    }

    private static async Task<string> TokenAsync(HttpClient admin, string name) =>
        (await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/tokens", new { name, role = "viewer" }))).GetProperty("token").GetString()!;

    private async Task<ClientWebSocket> ConnectAsync(string token, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"{_server.Server.Address.Replace("http", "ws", StringComparison.Ordinal)}/elsa/hubs/workflow-instance?access_token={token}"), cancellationToken);
        await socket.SendAsync(Encoding.UTF8.GetBytes("""{"protocol":"json","version":1}""" + "\u001e"), WebSocketMessageType.Text, true, cancellationToken);
        await socket.ReceiveAsync(new byte[100].AsMemory(), cancellationToken);
        return socket;
    }

    private static async Task ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        while (true) await socket.ReceiveAsync(new byte[1000].AsMemory(), cancellationToken);
    }
}
