using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Hooks;

public sealed class HookDoorTests : IAsyncLifetime
{
    private const string Main = "{\"ref\":\"main\"}";
    private static readonly DateTimeOffset Now = new ManualTime().GetUtcNow();

    private HookedServer _server = null!;

    public async Task InitializeAsync() => _server = await HookedServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>The table of the documentation: delivery → status and code, and whether a run exists afterwards.</summary>
    public static TheoryData<string, int, string, bool> Deliveries => new()
    {
        { "good", 202, "accepted", true },
        { "good, second of two signatures", 202, "accepted", true },
        { "good, 5 minutes old", 202, "accepted", true },
        { "good, 5 minutes ahead", 202, "accepted", true },
        { "wrong key", 401, "hook.denied", false },
        { "wrong signature", 401, "hook.denied", false },
        { "signature of another version", 401, "hook.denied", false },
        { "signature that is no base64", 401, "hook.denied", false },
        { "no signature", 401, "hook.denied", false },
        { "two ids", 401, "hook.denied", false },
        { "changed body", 401, "hook.denied", false },
        { "changed id", 401, "hook.denied", false },
        { "stale", 401, "hook.denied", false },
        { "from the future", 401, "hook.denied", false },
        { "time that is no number", 401, "hook.denied", false },
        { "unknown hook", 401, "hook.denied", false },
        { "another method", 401, "hook.denied", false },
        { "oversized", 413, "hook.tooLarge", false },
        { "oversized and chunked", 413, "hook.tooLarge", false },
        { "oversized for an unknown hook", 413, "hook.tooLarge", false },
        { "malformed JSON", 400, "hook.malformed", false },
        { "malformed JSON, wrong key", 401, "hook.denied", false },
        { "a key twice in the JSON", 400, "hook.malformed", false },
        { "no UTF-8", 400, "hook.malformed", false },
        { "input of the wrong type", 422, "api.inputsRejected", false },
        { "body without what is needed", 422, "expression.null", false },
        { "secret that is missing", 401, "hook.denied", false },
        { "no proof asked, and no flag", 401, "hook.denied", false },
        { "disabled", 401, "hook.denied", false },
    };

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task Delivery_OfEachKind_HasItsAnswer(string kind, int status, string code, bool starts)
    {
        var (answered, body) = await _server.SendAsync(Make(kind));

        Assert.Equal((status, code), (answered, (body.TryGetProperty("code", out var said) ? said : body.GetProperty("status")).GetString()));
        var runs = await _server.RunsAsync();
        Assert.Equal(starts, runs.Count == 1);
        if (starts) Assert.Equal(runs[0].RunId, body.GetProperty("runId").GetString());
        // Who is denied learns nothing else.
        if (status == 401) Assert.Equal("Denied.", body.GetProperty("detail").GetString());
    }

    private static HttpRequestMessage Make(string kind)
    {
        var request = Delivery.Standard("msg_1", Main, Now);
        var good = request.Headers.GetValues("webhook-signature").Single();
        switch (kind)
        {
            case "good": return request;
            case "good, second of two signatures": return Delivery.Standard("msg_1", Main, Now, $"v1,AAAA {good}");
            case "good, 5 minutes old": return Delivery.Standard("msg_1", Main, Now.AddMinutes(-5));
            case "good, 5 minutes ahead": return Delivery.Standard("msg_1", Main, Now.AddMinutes(5));
            case "wrong key": return Delivery.Standard("msg_1", Main, Now, key: "whsec_" + Convert.ToBase64String(new byte[24]));
            case "wrong signature": return Delivery.Standard("msg_1", Main, Now, "v1," + Convert.ToBase64String(new byte[32]));
            case "signature of another version": return Delivery.Standard("msg_1", Main, Now, "v2" + good[2..]);
            case "signature that is no base64": return Delivery.Standard("msg_1", Main, Now, "v1,***");
            case "no signature": request.Headers.Remove("webhook-signature"); return request;
            case "two ids": request.Headers.Add("webhook-id", "msg_2"); return request;
            case "changed body": return Delivery.Standard("msg_1", "{\"ref\":\"evil\"}", Now, good);
            case "changed id": return Delivery.Standard("msg_2", Main, Now, good);
            case "stale": return Delivery.Standard("msg_1", Main, Now.AddMinutes(-5).AddSeconds(-1));
            case "from the future": return Delivery.Standard("msg_1", Main, Now.AddMinutes(5).AddSeconds(1));
            case "time that is no number":
                request.Headers.Remove("webhook-timestamp");
                request.Headers.Add("webhook-timestamp", "now");
                return request;
            case "unknown hook": return Delivery.Standard("msg_1", Main, Now, path: "nowhere");
            case "another method": request.Method = HttpMethod.Put; return request;
            case "oversized": return Delivery.Standard("msg_1", Large(1025), Now);
            case "oversized and chunked":
                request = Delivery.Standard("msg_1", Large(5000), Now);
                request.Headers.TransferEncodingChunked = true;
                return request;
            case "oversized for an unknown hook": return Delivery.Standard("msg_1", Large(1024 * 1024 + 1), Now, path: "nowhere");
            case "malformed JSON": return Delivery.Standard("msg_1", "{\"ref\":", Now);
            case "malformed JSON, wrong key": return Delivery.Standard("msg_1", "{\"ref\":", Now, good);
            case "a key twice in the JSON": return Delivery.Standard("msg_1", "{\"ref\":\"a\",\"ref\":\"b\"}", Now);
            case "no UTF-8":
                request = Delivery.Bearer("bearer", "");
                request.Content = new ByteArrayContent([0xC3, 0x28]) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } };
                return request;
            case "input of the wrong type": return Delivery.Standard("msg_1", "{\"ref\":\"main\",\"count\":\"many\"}", Now);
            case "body without what is needed": return Delivery.Standard("msg_1", "", Now);
            case "secret that is missing": return Delivery.Bearer("lost", Main);
            case "no proof asked, and no flag": return Delivery.Request("open", Main);
            case "disabled": return Delivery.Bearer("off", Main);
            default: throw new ArgumentException(kind);
        }
    }

    [Fact]
    public async Task Replay_OfADelivery_GivesItsRun()
    {
        var first = await _server.SendAsync(Delivery.Standard("msg_1", Main, Now));
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await _server.SendAsync(Delivery.Standard("msg_1", Main, Now));
        var other = await _server.SendAsync(Delivery.Standard("msg_1", "{\"ref\":\"other\"}", Now));

        Assert.Equal((202, 202, 409), (first.Status, second.Status, other.Status));
        Assert.Equal(first.Body.GetProperty("runId").GetString(), second.Body.GetProperty("runId").GetString());
        Assert.Equal(("replayed", "hook.reused"), (second.Body.GetProperty("status").GetString(), other.Body.GetProperty("code").GetString()));
        Assert.Single(await _server.RunsAsync());
    }

    [Fact]
    public async Task Deliveries_FiftyAtOnceWithOneId_StartOneRun()
    {
        using var client = _server.Server.Anonymous();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.SendAsync(Delivery.Standard("msg_1", Main, Now))));
        var runs = await Task.WhenAll(answers.Select(async answer => (await RunningServer.JsonOf(answer)).GetProperty("runId").GetString()));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        Assert.Equal(Assert.Single(await _server.RunsAsync()).RunId, Assert.Single(runs.Distinct()));
    }

    [Fact]
    public async Task Deliveries_FiftyAtOnceWithOneIdAndOtherBodies_StartOneRun()
    {
        using var client = _server.Server.Anonymous();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => client.SendAsync(Delivery.Standard("msg_1", $"{{\"ref\":\"{number}\"}}", Now))));
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        Assert.Equal(49, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        Assert.Single(await _server.RunsAsync());
    }

    [Fact]
    public async Task Refused_ThenMended_StartsWithTheSameId()
    {
        Assert.Equal(422, (await _server.SendAsync(Delivery.Standard("msg_1", "{\"ref\":\"main\",\"count\":1.5}", Now))).Status);
        Assert.Equal(202, (await _server.SendAsync(Delivery.Standard("msg_1", Main, Now))).Status);
        using var viewer = await _server.Server.AsAsync("viewer");
        var trigger = await TriggerAsync(viewer, "hooked/standard");
        Assert.Contains("count", trigger.GetProperty("refusal").GetString(), StringComparison.Ordinal);
        Assert.Equal(Assert.Single(await _server.RunsAsync()).RunId, trigger.GetProperty("lastRun").GetString());
    }

    [Fact]
    public async Task GitHub_Push_StartsWithTypedInputsAndPingDoesNot()
    {
        var ping = await _server.SendAsync(Delivery.GitHub("1", "{\"zen\":\"x\"}", "ping"));
        var filtered = await _server.SendAsync(Delivery.GitHub("2", "{\"ref\":\"feature\"}"));
        var push = await _server.SendAsync(Delivery.GitHub("3", Main));
        var wrong = await _server.SendAsync(Delivery.GitHub("4", Main, key: "other"));

        Assert.Equal((200, 200, 202, 401), (ping.Status, filtered.Status, push.Status, wrong.Status));
        Assert.Equal(("pong", "ignored"), (ping.Body.GetProperty("status").GetString(), filtered.Body.GetProperty("status").GetString()));
        var run = Assert.Single(await _server.RunsAsync());
        Assert.Equal("github", run.Labels!["trigger"]);
        var view = await _server.Server.Engine.GetAsync(run.RunId, CancellationToken.None);
        Assert.Equal(Value.Of("main"), view!.Inputs.Get("ref"));
    }

    [Fact]
    public async Task GitHub_Form_IsReadFromItsPayload()
    {
        var request = Delivery.GitHub("1", "payload=" + Uri.EscapeDataString(Main));
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        Assert.Equal(202, (await _server.SendAsync(request)).Status);
    }

    [Fact]
    public async Task OtherKinds_Verify_AsTheySay()
    {
        Assert.Equal(202, (await _server.SendAsync(Delivery.Signed("ci/plain", Main, "X-Signature-256", Delivery.Hex))).Status);
        Assert.Equal(202, (await _server.SendAsync(Delivery.Signed("CI/plain/", "{}", "X-Signature-256", bytes => "sha256=" + Delivery.Hex(bytes).ToUpperInvariant()))).Status);
        Assert.Equal(401, (await _server.SendAsync(Delivery.Signed("ci/plain", Main, "X-Signature-256", Delivery.Hex, "other"))).Status);
        Assert.Equal(202, (await _server.SendAsync(Delivery.Signed("base64", Main, "X-Sign", Convert.ToBase64String))).Status);
        Assert.Equal(401, (await _server.SendAsync(Delivery.Signed("base64", Main, "X-Sign", Delivery.Hex))).Status);
        Assert.Equal(202, (await _server.SendAsync(Delivery.Bearer("bearer?ref=next", ""))).Status);
        Assert.Equal(401, (await _server.SendAsync(Delivery.Bearer("bearer", Main, "other"))).Status);
        var gitlab = Delivery.Request("gitlab", Main);
        gitlab.Headers.Add("X-Gitlab-Token", Delivery.Key);
        Assert.Equal(202, (await _server.SendAsync(gitlab)).Status);
        Assert.Equal(5, (await _server.RunsAsync()).Count);
    }

    [Fact]
    public async Task Plain_TheSameSignedBodyAgain_IsAReplayWhateverItsHeaders()
    {
        var first = await _server.SendAsync(Delivery.Signed("ci/plain", Main, "X-Signature-256", Delivery.Hex));
        var again = Delivery.Signed("ci/plain", Main, "X-Signature-256", Delivery.Hex);
        again.Headers.Add("X-Id", "new");
        Assert.Equal(first.Body.GetProperty("runId").GetString(), (await _server.SendAsync(again)).Body.GetProperty("runId").GetString());
    }

    [Fact]
    public async Task Bearer_WithoutAnId_IsAlwaysNewAndWithOneCountsOnce()
    {
        await _server.SendAsync(Delivery.Bearer("bearer", Main));
        await _server.SendAsync(Delivery.Bearer("bearer", Main));
        await _server.SendAsync(Delivery.Bearer("bearer", Main, id: "7"));
        await _server.SendAsync(Delivery.Bearer("bearer", Main, id: "7"));
        Assert.Equal(3, (await _server.RunsAsync()).Count);
    }

    [Fact]
    public async Task Dedupe_OfItsOwn_DecidesWhatIsTheSame()
    {
        await _server.SendAsync(Delivery.Bearer("deduped", "{\"ref\":\"a\",\"n\":1}"));
        var same = await _server.SendAsync(Delivery.Bearer("deduped", "{\"ref\":\"a\",\"n\":2}"));
        await _server.SendAsync(Delivery.Bearer("deduped", "{\"ref\":\"b\"}"));
        Assert.Equal("replayed", same.Body.GetProperty("status").GetString());
        Assert.Equal(2, (await _server.RunsAsync()).Count);
    }

    [Fact]
    public async Task Secret_WithTwoLines_LetsBothIn()
    {
        await File.WriteAllTextAsync(_server.SecretFile, "new-key\n" + Delivery.Key + "\n");
        Assert.Equal(202, (await _server.SendAsync(Delivery.Bearer("bearer", Main))).Status);
        Assert.Equal(202, (await _server.SendAsync(Delivery.Bearer("bearer", Main, "new-key"))).Status);
        await File.WriteAllTextAsync(_server.SecretFile, "new-key\n");
        Assert.Equal(401, (await _server.SendAsync(Delivery.Bearer("bearer", Main))).Status);
    }

    [Fact]
    public async Task Triggers_List_SaysWhatIsReadyAndCountsTheDenied()
    {
        await _server.SendAsync(Delivery.Bearer("bearer", Main, "other"));
        using var viewer = await _server.Server.AsAsync("viewer");
        Assert.Equal(("live", 1), (await StateAsync("hooked/bearer"), (await TriggerAsync(viewer, "hooked/bearer")).GetProperty("denied").GetInt32()));
        Assert.Equal("notReady", await StateAsync("hooked/lost"));
        Assert.Equal("notReady", await StateAsync("hooked/open"));
        Assert.Equal("disabled", await StateAsync("hooked/off"));
        Assert.Contains(".not", (await TriggerAsync(viewer, "hooked/lost")).GetProperty("reason").GetString(), StringComparison.Ordinal);

        async Task<string?> StateAsync(string id) => (await TriggerAsync(viewer, id)).GetProperty("state").GetString();
    }

    [Fact]
    public async Task Trigger_Disabled_IsDeniedUntilItIsEnabled()
    {
        using var person = await _server.Server.AsAsync("operator");
        Assert.Equal(HttpStatusCode.OK, (await person.PostAsync("/api/v1/triggers/hooked/bearer/disable", null)).StatusCode);
        Assert.Equal(401, (await _server.SendAsync(Delivery.Bearer("bearer", Main))).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.PostAsync("/api/v1/triggers/hooked/bearer/enable", null)).StatusCode);
        Assert.Equal(202, (await _server.SendAsync(Delivery.Bearer("bearer", Main))).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await person.PostAsync("/api/v1/triggers/hooked/off/enable", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await person.PostAsync("/api/v1/triggers/hooked/nothing/enable", null)).StatusCode);
    }

    private static async Task<JsonElement> TriggerAsync(HttpClient client, string id) =>
        (await RunningServer.JsonOf(await client.GetAsync("/api/v1/triggers"))).GetProperty("triggers").EnumerateArray().Single(trigger => trigger.GetProperty("id").GetString() == id);

    private static string Large(int bytes) => "{\"ref\":\"" + new string('x', bytes - 10) + "\"}";
}
