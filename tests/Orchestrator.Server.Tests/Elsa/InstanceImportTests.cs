using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>Instances that are exported, deleted and imported again.</summary>
public sealed class InstanceImportTests : ElsaApiTests
{
    private static readonly string[] Views = ["", "/variables", "/journal"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RoundTrip_OfAnEndedInstance_GivesTheSameBack(bool zipped)
    {
        // The text is longer than what a row holds, and the run goes on with another version on the way.
        await SaveAsync("one", new string('x', 20_000));
        var id = await ExecuteAsync();
        await SaveAsync("two", "short");
        var migrated = await JsonAsync("/alterations/run", new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2 }), ["workflowInstanceIds"] = new JsonArray(id) });
        Assert.True(migrated.GetProperty("results")[0].GetProperty("isSuccessful").GetBoolean(), migrated.ToString());
        await PostAsync("/events/go/trigger", []);
        await Server.Engine.WaitAsync(id, CancellationToken.None);
        var before = await ShownAsync(id);

        var file = zipped ? await (await PostAsync("/bulk-actions/export/workflow-instances", new JsonObject { ["ids"] = new JsonArray(id) })).Content.ReadAsByteArrayAsync() : await ExportAsync(id);
        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/elsa/api/workflow-instances/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/elsa/api/workflow-instances/{id}")).StatusCode);
        var answer = await ImportAsync((zipped ? "all.zip" : "one.json", file));

        Assert.Equal((1, 0), (answer.GetProperty("count").GetInt32(), answer.GetProperty("refused").GetArrayLength()));
        Assert.Equal(before, await ShownAsync(id));
        var again = await ImportAsync(("one.json", zipped ? await ExportAsync(id) : file));
        Assert.Equal((0, "there is a run of this id already; it was kept as it is"), (again.GetProperty("count").GetInt32(), again.GetProperty("refused")[0].GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task OpenInstance_ImportedElsewhere_IsARecordThatHasEnded()
    {
        await SaveAsync("one", "short");
        var id = await ExecuteAsync();
        await using var other = await RunningServer.StartAsync();
        using var admin = other.Admin();

        var answer = await ImportAsync(admin, ("one.json", await ExportAsync(id)));
        var instance = await RunningServer.JsonOf(await admin.GetAsync($"/elsa/api/workflow-instances/{id}"));

        Assert.Equal(1, answer.GetProperty("count").GetInt32());
        Assert.Equal(("Finished", "Cancelled"), (instance.GetProperty("status").GetString(), instance.GetProperty("subStatus").GetString()));
        Assert.Contains("had not ended", (await RunningServer.JsonOf(await admin.GetAsync($"/api/v1/runs/{id}"))).GetProperty("failure").GetProperty("message").GetString());
        Assert.Equal("Running", (await RunningServer.JsonOf(await Client.GetAsync($"/elsa/api/workflow-instances/{id}"))).GetProperty("status").GetString());
        // Nothing of it waits: the event goes to nobody there.
        Assert.Empty(await other.Store.ReadTimersAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task Blueprint_IsOnlyTakenWhereItIsThatBlueprint()
    {
        const string text = "blueprint: small\nsteps:\n  - id: a\n    run: 'true'\n";
        var started = await RunningServer.JsonOf(await Client.PostAsJsonAsync("/api/v1/runs", new { text }));
        var id = started.GetProperty("runId").GetString()!;
        await Server.Engine.WaitAsync(id, CancellationToken.None);
        var file = await ExportAsync(id);
        await using var other = await RunningServer.StartAsync();
        using var admin = other.Admin();

        var refused = await ImportAsync(admin, ("one.json", file));
        await admin.PostAsJsonAsync("/api/v1/runs", new { text });
        var taken = await ImportAsync(admin, ("one.json", file));

        Assert.StartsWith("blueprint `small` is not here as the run had it", refused.GetProperty("refused")[0].GetProperty("reason").GetString());
        Assert.Equal(1, taken.GetProperty("count").GetInt32());
        Assert.Equal("completed", (await RunningServer.JsonOf(await admin.GetAsync($"/api/v1/runs/{id}"))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Files_ThatHoldNoRunOfOurs_AreRefusedOneByOne()
    {
        await SaveAsync("one", "short");
        var id = await ExecuteAsync();
        await PostAsync("/events/go/trigger", []);
        await Server.Engine.WaitAsync(id, CancellationToken.None);
        var good = Encoding.UTF8.GetString(await ExportAsync(id));
        await using var other = await RunningServer.StartAsync();
        using var admin = other.Admin();
        JsonObject Changed(Action<JsonNode> change)
        {
            var file = JsonNode.Parse(good)!.AsObject();
            change(file["Orchestrator"]!);
            return file;
        }

        (string Name, string Content, string Reason)[] files =
        [
            ("elsa.json", """{"WorkflowState":{"id":"a"},"Bookmarks":null}""", "it has no journal (`Orchestrator`)"),
            ("no.json", "no", "it cannot be read"),
            ("no.zip", "no", "Central Directory"),
            ("format.json", Changed(ours => ours["format"] = 2).ToJsonString(), "it is of format 2"),
            ("id.json", Changed(ours => ours["runId"] = "../a").ToJsonString(), "`../a` is no id of a run"),
            ("gap.json", Changed(ours => ours["events"]!.AsArray().RemoveAt(1)).ToJsonString(), "event 2 of its journal is missing"),
            ("unknown.json", Changed(ours => ours["events"]![1]!["type"] = "RunTeleported").ToJsonString(), "its journal cannot be read"),
            ("blob.json", Changed(ours => ours["events"]![1]!["body"] = JsonNode.Parse("""{"$blob":"ab"}""")).ToJsonString(), "event 2 of its journal has no body"),
            ("hash.json", Changed(ours => ours["definitions"]![0]!["json"] = ours["definitions"]![0]!["json"]!.GetValue<string>().Replace("short", "long!", StringComparison.Ordinal)).ToJsonString(), "is not what its hash says"),
            ("none.json", Changed(ours => ours["definitions"] = new JsonArray()).ToJsonString(), "is missing"),
        ];
        var answer = await ImportAsync(admin, [.. files.Select(file => (file.Name, Encoding.UTF8.GetBytes(file.Content))), ("good.json", Encoding.UTF8.GetBytes(good))]);

        Assert.Equal(1, answer.GetProperty("count").GetInt32());
        Assert.Equal(files.Select(file => file.Name), answer.GetProperty("refused").EnumerateArray().Select(one => one.GetProperty("file").GetString()));
        foreach (var (file, one) in files.Zip(answer.GetProperty("refused").EnumerateArray())) Assert.Contains(file.Reason, one.GetProperty("reason").GetString());
        Assert.Equal("Finished", (await RunningServer.JsonOf(await admin.GetAsync($"/elsa/api/workflow-instances/{id}"))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task ZipThatSwells_IsRefusedBeforeItIsRead()
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("large.json").Open())
            for (var i = 0; i < 20; i++) entry.Write(new byte[1024 * 1024]);

        var answer = await ImportAsync(("bomb.zip", buffer.ToArray()));

        Assert.Contains("larger than", answer.GetProperty("refused")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Secret_IsInNoFile()
    {
        const string text = "blueprint: keeps\ninputs:\n  word: {type: secret<string>}\nsteps:\n  - id: a\n    run: 'true'\n    env: {WORD: \"${{ inputs.word }}\"}\n";
        var started = await RunningServer.JsonOf(await Client.PostAsJsonAsync("/api/v1/runs", new { text, inputs = new { word = "hunter2-in-no-file" } }));
        var id = started.GetProperty("runId").GetString()!;
        await Server.Engine.WaitAsync(id, CancellationToken.None);

        var file = Encoding.UTF8.GetString(await ExportAsync(id));

        Assert.Contains("\"Orchestrator\"", file, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", file, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("operator")]
    public async Task OnlyAnAdminImports(string role)
    {
        using var caller = await Server.AsAsync(role);
        using var form = Form(("one.json", "{}"u8.ToArray()));
        Assert.Equal(HttpStatusCode.Forbidden, (await caller.PostAsync("/elsa/api/bulk-actions/import/workflow-instances", form)).StatusCode);
    }

    private async Task SaveAsync(string say, string text)
    {
        JsonObject Activity(string id, string type, string input, string value) => new()
        {
            ["id"] = id, ["type"] = type, ["version"] = 1, [input] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } },
        };
        var answer = await PostAsync("/workflow-definitions", new JsonObject
        {
            ["model"] = new JsonObject
            {
                ["definitionId"] = "flow", ["name"] = "flow",
                ["variables"] = new JsonArray(new JsonObject { ["id"] = "v1", ["name"] = "V", ["typeName"] = "Int32", ["isArray"] = false, ["value"] = "4" }),
                ["root"] = new JsonObject
                {
                    ["id"] = "seq", ["type"] = "Elsa.Sequence", ["version"] = 1,
                    ["activities"] = new JsonArray(Activity("first", "Elsa.WriteLine", "text", text), Activity("e", "Elsa.Event", "eventName", "go"), Activity(say, "Elsa.WriteLine", "text", "after")),
                },
            },
            ["publish"] = true,
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> ExecuteAsync()
    {
        var id = (await PostAsync("/workflow-definitions/flow/execute", [])).Headers.GetValues("x-elsa-workflow-instance-id").First();
        await Server.Engine.WaitAsync(id, CancellationToken.None, orWaiting: true);
        return id;
    }

    // Everything that the API says of it.
    private async Task<string> ShownAsync(string id)
    {
        var shown = new StringBuilder();
        foreach (var view in Views) shown.AppendLine(await Client.GetStringAsync($"/elsa/api/workflow-instances/{id}{view}"));
        shown.AppendLine(await Client.GetStringAsync($"/elsa/api/activity-executions/list?WorkflowInstanceId={id}"));
        return shown.AppendLine(await Client.GetStringAsync($"/api/v1/runs/{id}/journal?limit=1000")).ToString();
    }

    private Task<byte[]> ExportAsync(string id) => Client.GetByteArrayAsync($"/elsa/api/workflow-instances/{id}/export");

    private Task<JsonElement> ImportAsync(params (string Name, byte[] Content)[] files) => ImportAsync(Client, files);

    private static async Task<JsonElement> ImportAsync(HttpClient client, params (string Name, byte[] Content)[] files)
    {
        using var form = Form(files);
        return await RunningServer.JsonOf(await client.PostAsync("/elsa/api/bulk-actions/import/workflow-instances", form));
    }

    private static MultipartFormDataContent Form(params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in files) form.Add(new ByteArrayContent(content), "files", name);
        return form;
    }
}
