using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;
using HttpRequest = Orchestrator.Activities.Http.HttpRequest;

namespace Orchestrator.Activities.Tests.Http;

public sealed class HttpRequestTests
{
    private readonly ConcurrentQueue<string> _log = new();

    private ActivityContext Context => ActivityContexts.For(new LocalTarget { Name = "local" }, _log);

    [Fact]
    public async Task Request_PostJson_SendsItAndReadsTheJsonAnswer()
    {
        string? seen = null;
        await using var server = await LoopbackServer.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            seen = $"{http.Request.Method} {http.Request.ContentType} {http.Request.Headers.Authorization} {http.Request.Headers["Idempotency-Key"]} {await reader.ReadToEndAsync()}";
            http.Response.StatusCode = 201;
            http.Response.Headers.SetCookie = "session=secret";
            await http.Response.WriteAsJsonAsync(new { id = 7 });
        });
        var result = await RunAsync(Value.Map(
            ("url", Value.Of(server.Url + "/members")), ("method", Value.Of("post")), ("headers", Value.Map(("Authorization", new SecretValue(Secret.FromPlainText("Bearer canary"))))),
            ("json", Value.Map(("name", Value.Of("n")))), ("idempotencyHeader", Value.Of("Idempotency-Key"))));
        Assert.Equal("POST application/json Bearer canary run-1/step {\"name\":\"n\"}", seen);
        Assert.True(result.Changed);
        Assert.Equal(Value.Of(201), result.Output!.Get("status"));
        Assert.Equal(Value.Map(("id", Value.Of(7))), result.Output.Get("json"));
        Assert.Null(result.Output.Get("headers")!.Get("set-cookie"));
        Assert.DoesNotContain(_log, line => line.Contains("canary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(404, FailureKind.Permanent)]
    [InlineData(503, FailureKind.Transient)]
    [InlineData(429, FailureKind.Transient)]
    public async Task Request_UnexpectedStatus_Fails(int status, FailureKind kind)
    {
        await using var server = await LoopbackServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync("because");
        });
        var failure = await FailAsync(Value.Map(("url", Value.Of(server.Url + "/x?token=canary"))));
        Assert.Equal(("http.status", kind), (failure.Code, failure.Kind));
        Assert.Contains($"GET {server.Url}/x answered {status}", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("expected 2xx: because", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ExpectedStatus_IsASuccess()
    {
        await using var server = await LoopbackServer.StartAsync(http =>
        {
            http.Response.StatusCode = 409;
            return Task.CompletedTask;
        });
        Assert.Equal(Value.Of(409), (await RunAsync(Value.Map(("url", Value.Of(server.Url)), ("expect", Value.List(Value.Of(200), Value.Of(409)))))).Output!.Get("status"));
    }

    [Fact]
    public async Task Request_NobodyListens_IsUnreachable()
    {
        var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask);
        var url = server.Url;
        await server.DisposeAsync();
        var failure = await FailAsync(Value.Map(("url", Value.Of(url)), ("method", Value.Of("post"))));
        Assert.Equal(("http.unreachable", FailureKind.Transient), (failure.Code, failure.Kind));
    }

    [Theory]
    [InlineData("post", false, "http.unknownOutcome", FailureKind.UnknownOutcome)]
    [InlineData("post", true, "http.broken", FailureKind.Transient)]
    [InlineData("get", false, "http.broken", FailureKind.Transient)]
    [InlineData("delete", false, "http.broken", FailureKind.Transient)]
    public async Task Request_ConnectionBreaks_SaysWhetherItMayBeRepeated(string method, bool keyed, string code, FailureKind kind)
    {
        await using var server = await LoopbackServer.StartAsync(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        var input = Value.Map(("url", Value.Of(server.Url)), ("method", Value.Of(method)), ("idempotencyHeader", keyed ? Value.Of("Idempotency-Key") : Value.Null));
        var failure = await FailAsync(input);
        Assert.Equal((code, kind), (failure.Code, failure.Kind));
        var afterCrash = await new HttpRequest().VerifyAsync(input, Context, CancellationToken.None);
        Assert.Equal(kind == FailureKind.UnknownOutcome ? CheckState.Unknown : CheckState.Differs, afterCrash.State);
    }

    [Fact]
    public async Task Request_LongAnswer_IsCutOff()
    {
        await using var server = await LoopbackServer.StartAsync(http => http.Response.WriteAsync(new string('x', 300 * 1024)));
        var output = (await RunAsync(Value.Map(("url", Value.Of(server.Url))))).Output!;
        Assert.Equal(Value.Of(true), output.Get("truncated"));
        Assert.Equal(256 * 1024, output.Get("body")!.AsString()!.Length);
    }

    [Theory]
    [InlineData("application/zip", false, true)]
    [InlineData("text/plain", false, false)]
    [InlineData("text/plain", true, true)]
    [InlineData("", false, true)] // nothing said, and no text
    public async Task Request_Bytes_ComeAsAFile(string type, bool asFile, bool isFile)
    {
        byte[] bytes = type.StartsWith("text/", StringComparison.Ordinal) ? [104, 105] : [0x50, 0x4b, 0xff, 0x00];
        await using var server = await LoopbackServer.StartAsync(async http =>
        {
            if (type.Length > 0) http.Response.ContentType = type;
            http.Response.Headers.ContentDisposition = "attachment; filename=\"../a b.zip\"";
            await http.Response.Body.WriteAsync(bytes);
        });
        var output = (await RunAsync(Value.Map(("url", Value.Of(server.Url + "/x")), ("asFile", Value.Of(asFile))))).Output!;
        var file = output.Get("file");
        Assert.Equal(isFile, file is MapValue);
        Assert.Equal(isFile ? "" : "hi", output.Get("body")!.AsString());
        if (!isFile) return;
        Assert.Equal((Value.Of("a b.zip"), Value.Of(bytes.Length)), (file!.Get("fileName"), file.Get("length")));
        Assert.Equal(bytes, FileValue.BytesOf(file));
    }

    [Fact]
    public async Task Request_Base64_SendsTheBytes()
    {
        byte[]? seen = null;
        await using var server = await LoopbackServer.StartAsync(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            seen = body.ToArray();
            await http.Response.WriteAsync(http.Request.ContentType ?? "none");
        });
        var base64 = new SecretValue(Secret.FromPlainText(Convert.ToBase64String([1, 0, 255])));
        Assert.Equal("application/octet-stream", (await RunAsync(Value.Map(("url", Value.Of(server.Url)), ("method", Value.Of("put")), ("base64", base64)))).Output!.Get("body")!.AsString());
        Assert.Equal([1, 0, 255], seen);
        Assert.Equal("input.invalid", (await FailAsync(Value.Map(("url", Value.Of(server.Url)), ("method", Value.Of("put")), ("base64", Value.Of("no base64!"))))).Code);
        Assert.Equal("input.invalid", (await FailAsync(Value.Map(("url", Value.Of(server.Url)), ("method", Value.Of("put")), ("base64", base64), ("body", Value.Of("x"))))).Code);
    }

    [Fact]
    public async Task Request_MaxBody_IsTheMostThatIsRead()
    {
        await using var server = await LoopbackServer.StartAsync(http => http.Response.WriteAsync("0123456789"));
        var cut = (await RunAsync(Value.Map(("url", Value.Of(server.Url)), ("maxBody", Value.Of(4))))).Output!;
        var whole = (await RunAsync(Value.Map(("url", Value.Of(server.Url)), ("maxBody", Value.Of(10))))).Output!;
        Assert.Equal((Value.Of("0123"), Value.Of(true)), (cut.Get("body"), cut.Get("truncated")));
        Assert.Equal((Value.Of("0123456789"), Value.Of(false)), (whole.Get("body"), whole.Get("truncated")));
    }

    [Fact]
    public async Task Request_AnswerThatNamesASecret_IsNotReadAsOne()
    {
        await using var server = await LoopbackServer.StartAsync(http => http.Response.WriteAsJsonAsync(new Dictionary<string, object> { ["x"] = new Dictionary<string, string> { ["$secret"] = "store:admin" } }));
        var output = (await RunAsync(Value.Map(("url", Value.Of(server.Url))))).Output!;
        Assert.False(output.HasSecret);
        Assert.Equal(Value.Map(("$secret", Value.Of("store:admin"))), output.Get("json")!.Get("x"));
    }

    [Fact]
    public async Task Request_Redirect_IsFollowedWithoutHeadersToAnotherServer()
    {
        var seen = new ConcurrentQueue<string>();
        await using var other = await LoopbackServer.StartAsync(http =>
        {
            seen.Enqueue("other " + http.Request.Headers["X-Token"]);
            return http.Response.WriteAsync("there");
        });
        await using var server = await LoopbackServer.StartAsync(http =>
        {
            seen.Enqueue(http.Request.Path + " " + http.Request.Headers["X-Token"]);
            http.Response.Redirect(http.Request.Path == "/a" ? "/b" : other.Url + "/c");
            return Task.CompletedTask;
        });
        var output = (await RunAsync(Value.Map(("url", Value.Of(server.Url + "/a")), ("headers", Value.Map(("X-Token", Value.Of("t"))))))).Output!;
        Assert.Equal(Value.Of("there"), output.Get("body"));
        Assert.Equal(["/a t", "/b t", "other "], seen);
    }

    [Fact]
    public async Task Request_EndlessRedirect_Ends()
    {
        await using var server = await LoopbackServer.StartAsync(http =>
        {
            http.Response.Redirect("/");
            return Task.CompletedTask;
        });
        Assert.Contains("answered 302", (await FailAsync(Value.Map(("url", Value.Of(server.Url))))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_Tls_TrustsOnlyWhatItIsTold()
    {
        using var certificate = LoopbackServer.Certificate();
        await using var server = await LoopbackServer.StartAsync(http => http.Response.WriteAsync("hello"), certificate);
        var url = ("url", Value.Of(server.Url));
        var failure = await FailAsync(Value.Map(url));
        Assert.Equal(("http.tls", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Equal(Value.Of("hello"), (await RunAsync(Value.Map(url, ("insecure", Value.Of(true))))).Output!.Get("body"));
        Assert.Equal(Value.Of("hello"), (await RunAsync(Value.Map(url, ("caCertificate", Value.Of(certificate.ExportCertificatePem()))))).Output!.Get("body"));
        using var stranger = LoopbackServer.Certificate();
        Assert.Equal("http.tls", (await FailAsync(Value.Map(url, ("caCertificate", Value.Of(stranger.ExportCertificatePem()))))).Code);

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), Encoding.ASCII);
        Assert.Equal(Value.Of("hello"), (await RunAsync(Value.Map(url, ("caCertificate", Value.Of(file))))).Output!.Get("body"));
        File.Delete(file);
    }

    [Theory]
    [InlineData("{'url':'ftp://host/x'}")]
    [InlineData("{'url':'http://user:pass@host/x'}")]
    [InlineData("{'url':'http://127.0.0.1/','body':'a','json':1}")]
    [InlineData("{'url':'http://127.0.0.1:1/','headers':{'X':'a\\nb'}}")]
    public async Task Request_WrongInput_FailsBeforeAnythingIsSent(string input) => Assert.Equal("input.invalid", (await FailAsync(ActivityContexts.Input(input))).Code);

    private Task<ActivityResult> RunAsync(MapValue input) => new HttpRequest().ExecuteAsync(input, Context, CancellationToken.None);

    private async Task<Failure> FailAsync(MapValue input) => (await Assert.ThrowsAsync<FailureException>(() => RunAsync(input))).Failure;
}
