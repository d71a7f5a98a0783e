using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Activities.Notifications;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;

namespace Orchestrator.Activities.Tests.Notifications;

public sealed class NotifySendTests
{
    private readonly ConcurrentQueue<string> _log = new();

    [Fact]
    public async Task Send_Log_WritesTheLines()
    {
        Assert.False((await RunAsync(Value.Map(("text", Value.Of("one\ntwo"))))).Changed);
        Assert.Equal(["one", "two"], _log);
    }

    [Fact]
    public async Task Send_Webhook_IsSignedAndKeyedTheSameOnEveryAttempt()
    {
        var seen = new ConcurrentQueue<(string Id, string Signature, string Expected)>();
        await using var server = await LoopbackServer.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var body = await reader.ReadToEndAsync();
            var id = http.Request.Headers["webhook-id"].ToString();
            var signed = Encoding.UTF8.GetBytes($"{id}.{http.Request.Headers["webhook-timestamp"]}.{body}");
            seen.Enqueue((id, http.Request.Headers["webhook-signature"].ToString(), "v1," + Convert.ToBase64String(HMACSHA256.HashData("the key"u8, signed))));
        });
        var input = Value.Map(
            ("text", Value.Of("hello")), ("channel", Value.Of("webhook")), ("url", Value.Of(server.Url + "/hooks")),
            ("secret", Value.Of("whsec_" + Convert.ToBase64String("the key"u8))));
        await RunAsync(input);
        await RunAsync(input);
        Assert.Equal(2, seen.Count);
        Assert.All(seen, request => Assert.Equal(request.Expected, request.Signature));
        Assert.All(seen, request => Assert.Equal("run-1/step", request.Id));
    }

    [Theory]
    [InlineData(500, FailureKind.Transient)]
    [InlineData(410, FailureKind.Permanent)]
    public async Task Send_WebhookRefuses_FailsWithoutShowingItsAddress(int status, FailureKind kind)
    {
        await using var server = await LoopbackServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var failure = await FailAsync(server.Url + "/services/canary");
        Assert.Equal(("notify.refused", kind), (failure.Code, failure.Kind));
        Assert.DoesNotContain("canary", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_NobodyListens_FailsWithoutShowingItsAddress()
    {
        var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask);
        var url = server.Url;
        await server.DisposeAsync();
        var failure = await FailAsync(url + "/services/canary");
        Assert.Equal("http.unreachable", failure.Code);
        Assert.DoesNotContain("canary", failure.Message, StringComparison.Ordinal);
    }

    private Task<ActivityResult> RunAsync(MapValue input) =>
        new NotifySend().ExecuteAsync(input, ActivityContexts.For(new LocalTarget { Name = "local" }, _log), CancellationToken.None);

    private async Task<Failure> FailAsync(string url) => (await Assert.ThrowsAsync<FailureException>(() => RunAsync(Value.Map(
        ("text", Value.Of("hello")), ("channel", Value.Of("webhook")), ("url", new SecretValue(Secret.FromPlainText(url))))))).Failure;
}
