using System.Text.Json;
using Orchestrator.Activities;
using Orchestrator.Blueprints;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Hooks;

/// <summary>A running server whose blueprint <c>hooked</c> has a webhook of each kind; its clock stands still.</summary>
internal sealed class HookedServer : IAsyncDisposable
{
    public const string Text = """
        blueprint: hooked
        inputs:
          ref: {type: string, default: none}
          count: {type: int, default: 1}
        secrets:
          hook: "file:SECRETFILE"
          missing: "file:SECRETFILE.not"
        vars:
          known: [main, next]
        triggers:
          standard:
            webhook: {path: standard, verify: standard-webhooks, secret: hook, maxBody: 1KB}
            with: {ref: "${{ event.body.ref }}", count: "${{ event.body.count ?? 1 }}"}
          github:
            webhook: {path: github, verify: github, secret: hook}
            if: event.type == 'push' && event.body.ref in vars.known
            with: {ref: "${{ event.body.ref }}"}
          gitlab:
            webhook: {path: gitlab, verify: gitlab, secret: hook}
          plain:
            webhook: {path: ci/plain, verify: hmac-sha256, secret: hook}
          base64:
            webhook: {path: base64, verify: hmac-sha256, secret: hook, header: X-Sign, encoding: base64, idHeader: X-Id}
          bearer:
            webhook: {path: bearer, verify: token, secret: hook, idHeader: X-Id}
            with: {ref: "${{ event.body?.ref ?? event.query.ref }}"}
          deduped:
            webhook: {path: deduped, verify: token, secret: hook}
            dedupe: ${{ event.body.ref }}
          lost:
            webhook: {path: lost, verify: token, secret: missing}
          open:
            webhook: {path: open, verify: none}
          off:
            webhook: {path: off, verify: token, secret: hook}
            enabled: false
        steps:
          - id: nap
            wait: 1h
        """;

    private readonly TemporaryFolder _folder = new();

    private HookedServer(RunningServer server, ManualTime time) => (Server, Time) = (server, time);

    public RunningServer Server { get; }

    public ManualTime Time { get; }

    public string SecretFile => _folder["hook.secret"];

    public static Definition Compile(string text) =>
        new BlueprintCompiler(new ActivityCatalog(BuiltinActivities.All())).CompileBlueprint("hooked.yaml", text) is ({ } definition, var found)
            ? definition : throw new InvalidOperationException("the test's blueprint does not compile");

    public static async Task<HookedServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null)
    {
        var time = new ManualTime();
        var server = new HookedServer(await RunningServer.StartAsync(time, change), time);
        await File.WriteAllTextAsync(server.SecretFile, Delivery.Key + "\n");
        await server.Server.Server.Triggers.SubmitAsync(Compile(Text.Replace("SECRETFILE", server.SecretFile, StringComparison.Ordinal)), CancellationToken.None);
        return server;
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpRequestMessage request)
    {
        using var client = Server.Anonymous();
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await RunningServer.JsonOf(answer));
    }

    public Task<IReadOnlyList<RunSummary>> RunsAsync() => Server.Store.ListRunsAsync(new RunQuery(Limit: 1000), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
