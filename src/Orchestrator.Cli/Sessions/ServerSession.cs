using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine;
using Orchestrator.Engine.Planning;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Server.Api;

namespace Orchestrator.Cli.Sessions;

/// <summary>A hold on runs through a server: the one that owns the data folder's store, or one that was asked for.</summary>
internal sealed class ServerSession(ServerClient server, string? asked) : Session
{
    /// <inheritdoc/>
    public override string? AskedServer => asked;

    /// <inheritdoc/>
    public override bool Drives => false;

    /// <summary>The server.</summary>
    public ServerClient Server => server;

    /// <summary>The server, for verbs that make no sense without one; a failure when there is none.</summary>
    public static new async Task<ServerSession> OpenAsync(ParseResult parsed, Terminal terminal) =>
        await FindAsync(parsed, terminal).ConfigureAwait(false)
            ?? throw new FailureException("server.none", FailureKind.Transient, $"no server owns the store in {DataFolder.Find(parsed.GetValue(CommonOptions.Data), terminal).Path}; start one with `orchestrator serve`, or name one with --server");

    /// <summary>The server that was asked for, else the one that owns the data folder; null when there is neither. One that was asked for and does not answer is a failure.</summary>
    public static async Task<ServerSession?> FindAsync(ParseResult parsed, Terminal terminal)
    {
        var folder = DataFolder.Find(parsed.GetValue(CommonOptions.Data), terminal);
        var asked = parsed.GetValue(CommonOptions.Server) ?? (terminal.Variable("ORCHESTRATOR_SERVER") is { Length: > 0 } variable ? variable : null);
        if (asked is null && ServerFile.Read(folder) is not { }) return null;
        var address = asked is null ? ServerFile.Read(folder)
            : Uri.TryCreate(asked, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
            : throw new FailureException("file.badAddress", FailureKind.Permanent, $"--server {asked}: expected http://ADDRESS:PORT or https://…");
        var token = parsed.GetValue(CommonOptions.Token) ?? (terminal.Variable("ORCHESTRATOR_TOKEN") is { Length: > 0 } given ? given : null);
        // The data folder's own token is for its own server only: it is never sent to another.
        if (token is null && (asked is null || address == ServerFile.Read(folder))) token = AdminToken(folder);
        if (token is null && asked is null) return null;
        var client = new ServerClient(address!, token ?? throw new FailureException("server.denied", FailureKind.Permanent, "the server needs a token: --token, or ORCHESTRATOR_TOKEN"));
        if (asked is null && !await AnswersAsync(client).ConfigureAwait(false))
        {
            client.Dispose();
            return null;
        }

        return new ServerSession(client, asked) { Folder = folder };
    }

    /// <inheritdoc/>
    public override Task TryOwnAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public override async Task<RunSummary?> FindRunAsync(string id) =>
        await server.GetAsync($"/api/v1/runs/{Uri.EscapeDataString(id)}/summary").ConfigureAwait(false) is { } json ? RunJsonReader.Summary(json) : null;

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunQuery query)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/v1/runs?limit={query.Limit}");
        if (query.Statuses is { } statuses) path += $"&status={string.Join(',', statuses.Select(RunJson.Name))}";
        foreach (var blueprint in query.Blueprints ?? []) path += $"&blueprint={Uri.EscapeDataString(blueprint)}";
        if (query.ParentRunId is { } parent) path += $"&parent={Uri.EscapeDataString(parent)}";
        var json = await server.DoAsync(HttpMethod.Get, path).ConfigureAwait(false);
        return [.. json.GetProperty("runs").EnumerateArray().Select(RunJsonReader.Summary)];
    }

    /// <inheritdoc/>
    public override async Task<RunView?> ReadRunAsync(string runId) =>
        await server.GetAsync($"/api/v1/runs/{Uri.EscapeDataString(runId)}").ConfigureAwait(false) is { } json ? RunJsonReader.View(json) : null;

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long after, int limit)
    {
        var json = await server.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/runs/{Uri.EscapeDataString(runId)}/journal?after={after}&limit={limit}")).ConfigureAwait(false);
        return json is { } found ? [.. found.GetProperty("events").EnumerateArray().Select(HistoryJson.ReadEvent)] : [];
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<StoredLogLine>> ReadLogAsync(string runId, long after, int limit)
    {
        var json = await server.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/runs/{Uri.EscapeDataString(runId)}/log?after={after}&limit={limit}")).ConfigureAwait(false);
        return json is { } found ? [.. found.GetProperty("lines").EnumerateArray().Select(HistoryJson.ReadLine)] : [];
    }

    /// <inheritdoc/>
    public override Task<byte[]?> ReadDefinitionAsync(string hash) => server.GetBytesAsync($"/api/v1/definitions/{Uri.EscapeDataString(hash)}");

    /// <inheritdoc/>
    public override async Task<StartResult> StartAsync(ReadyToRun ready, string? key, IReadOnlyDictionary<string, string> labels)
    {
        var json = await server.DoAsync(HttpMethod.Post, "/api/v1/runs", writer =>
        {
            writer.WriteStartObject();
            WriteBlueprint(writer, ready);
            if (key is not null) writer.WriteString("key", key);
            writer.WriteStartObject("labels");
            foreach (var (name, value) in labels) writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
        return new StartResult(json.GetProperty("runId").GetString()!, json.GetProperty("existing").GetBoolean());
    }

    /// <inheritdoc/>
    public override async Task<OperatorResult> AskAsync(Wish wish)
    {
        var (status, answer) = await server.AskAsync(HttpMethod.Post, $"/api/v1/runs/{Uri.EscapeDataString(wish.RunId)}/{wish.Kind}", writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in wish.Body.Entries.Where(entry => !entry.Value.IsNull))
            {
                writer.WritePropertyName(name);
                PlainJson.Write(writer, value);
            }

            if (wish.Key is { } key) writer.WriteString("key", key);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
        if (status == HttpStatusCode.Conflict) return new OperatorResult(OperatorOutcome.Refused, answer.GetProperty("detail").GetString());
        if ((int)status >= 400) throw ServerClient.Problem(status, answer);
        var outcome = Enum.Parse<OperatorOutcome>(answer.GetProperty("outcome").GetString()!, ignoreCase: true);
        return new OperatorResult(outcome, answer.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<string?>> CheckAsync(string runId, IReadOnlyList<Wish> wishes)
    {
        var json = await server.DoAsync(HttpMethod.Post, "/elsa/api/alterations/dry-run", writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("alterations");
            foreach (var wish in wishes) PlainJson.Write(writer, wish.Body);
            writer.WriteEndArray();
            writer.WriteStartArray("workflowInstanceIds");
            writer.WriteStringValue(runId);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
        // A line for each that was looked at: TYPE, a colon, what would become of it.
        return [.. json.GetProperty("results")[0].GetProperty("log").GetProperty("logEntries").EnumerateArray().Select(entry =>
            entry.GetProperty("logLevel").GetString() == "Error" ? entry.GetProperty("message").GetString()!.Split(": ", 2)[1] : null)];
    }

    /// <summary>Says what a run would change.</summary>
    public async Task<PlanReport> PlanAsync(ReadyToRun ready) => PlanJsonReader.Report(await server.DoAsync(HttpMethod.Post, "/api/v1/blueprints/plan", writer =>
    {
        writer.WriteStartObject();
        WriteBlueprint(writer, ready);
        writer.WriteEndObject();
    }).ConfigureAwait(false));

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<string>> ListSecretsAsync()
    {
        var json = await server.DoAsync(HttpMethod.Get, "/api/v1/secrets").ConfigureAwait(false);
        return [.. json.GetProperty("secrets").EnumerateArray().Select(secret => secret.GetProperty("name").GetString()!)];
    }

    /// <inheritdoc/>
    public override Task SetSecretAsync(string name, string text) => server.DoAsync(HttpMethod.Put, SecretPath(name), writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("value", text);
        writer.WriteEndObject();
    });

    /// <inheritdoc/>
    public override async Task<bool> RemoveSecretAsync(string name)
    {
        var (status, answer) = await server.AskAsync(HttpMethod.Delete, SecretPath(name)).ConfigureAwait(false);
        if (status == HttpStatusCode.NotFound) return false;
        return (int)status < 400 ? true : throw ServerClient.Problem(status, answer);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        server.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string SecretPath(string name) => $"/api/v1/secrets/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";

    private static async Task<bool> AnswersAsync(ServerClient client)
    {
        try
        {
            return await client.GetAsync("/api/v1/session").WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false) is not null;
        }
        catch (Exception e) when (e is FailureException or TimeoutException)
        {
            // It is going, or hangs: the store can be read beside it, and requests wait in its inbox.
            return false;
        }
    }

    private static string? AdminToken(DataFolder folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder.Path, "admin.token")).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void WriteBlueprint(Utf8JsonWriter writer, ReadyToRun ready)
    {
        writer.WriteString("text", TextOf(ready.Definition));
        writer.WriteString("file", ready.Definition.Source!.File);
        writer.WritePropertyName("inputs");
        PlainJson.Write(writer, Revealed(ready.Inputs));
        writer.WriteStartArray("called");
        foreach (var called in ready.Called) writer.WriteStringValue(TextOf(called));
        writer.WriteEndArray();
    }

    private static string TextOf(Definition definition) =>
        definition.Source?.Text ?? throw new FailureException("file.noSource", FailureKind.Permanent, $"{definition.Name} has no source text to send to a server");

    // The server makes secrets of them again, because the blueprint says so.
    private static Value Revealed(Value value) => value switch
    {
        SecretValue secret => Value.Of(secret.Secret.Reveal()),
        ListValue list => Value.List(list.Items.Select(Revealed)),
        MapValue map => Value.Map(map.Entries.Where(entry => !entry.Value.IsNull).Select(entry => (entry.Key, Revealed(entry.Value)))),
        _ => value,
    };
}
