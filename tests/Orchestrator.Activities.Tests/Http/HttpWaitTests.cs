using Microsoft.AspNetCore.Http;
using Orchestrator.Activities.Http;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;

namespace Orchestrator.Activities.Tests.Http;

public sealed class HttpWaitTests
{
    [Fact]
    public async Task Wait_NotReadyThenReady_SaysWhatCameBackAndCompletes()
    {
        var answers = new Queue<(int Status, string Body)>([(503, "starting"), (200, "warming up"), (200, "ready")]);
        await using var server = await LoopbackServer.StartAsync(http =>
        {
            (http.Response.StatusCode, var body) = answers.Dequeue();
            return http.Response.WriteAsync(body);
        });
        var input = Value.Map(("url", Value.Of(server.Url + "/health?key=k")), ("contains", Value.Of("ready")));
        Assert.Equal($"GET {server.Url}/health answered 503 Service Unavailable", (await RunAsync(input)).Reason);
        Assert.Equal($"GET {server.Url}/health answered 200 without `ready`", (await RunAsync(input)).Reason);
        var done = await RunAsync(input);
        Assert.Equal((ActivityResultKind.Done, false), (done.Kind, done.Changed));
        Assert.Equal(Value.Map(("status", Value.Of(200)), ("body", Value.Of("ready"))), done.Output);
        Assert.Empty(answers); // one request a look
    }

    [Fact]
    public async Task Wait_NobodyListens_WaitsNamingTheAddress()
    {
        var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask);
        var url = server.Url;
        await server.DisposeAsync();
        var result = await RunAsync(Value.Map(("url", Value.Of(url))));
        Assert.Equal(ActivityResultKind.Waiting, result.Kind);
        Assert.StartsWith($"GET {url}/: ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_UntrustedCertificate_Waits()
    {
        using var certificate = LoopbackServer.Certificate();
        await using var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask, certificate);
        Assert.Contains("no trusted TLS connection", (await RunAsync(Value.Map(("url", Value.Of(server.Url))))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_ServerNeverAnswers_GivesUpThisLook()
    {
        using var never = new CancellationTokenSource();
        await using var server = await LoopbackServer.StartAsync(http => Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, never.Token).Token));
        var result = await RunAsync(Value.Map(("url", Value.Of(server.Url)), ("tryTimeout", Value.Of("1s"))));
        Assert.Equal($"GET {server.Url}/ gave no answer within 1s", result.Reason);
        await never.CancelAsync();
    }

    private static Task<ActivityResult> RunAsync(MapValue input) =>
        new HttpWait().ExecuteAsync(input, ActivityContexts.For(new LocalTarget { Name = "local" }), CancellationToken.None);
}
