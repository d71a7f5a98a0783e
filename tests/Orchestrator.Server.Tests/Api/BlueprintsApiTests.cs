using System.Net;
using System.Net.Http.Json;

namespace Orchestrator.Server.Tests.Api;

public sealed class BlueprintsApiTests : IAsyncLifetime
{
    private const string Good = "blueprint: greet\ninputs:\n  who: {type: string, description: Whom}\nsteps:\n  - id: hello\n    run: echo hello\n    env: {WHO: \"${{ inputs.who }}\"}\n";

    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Validate_WithFaults_GivesAllOfThemWithSpansAndFixes()
    {
        using var viewer = await _server.AsAsync("viewer");
        var text = "blueprint: greet\ninputs:\n  who: {type: string}\nsteps:\n  - id: hello\n    uses: file.wrte\n    with: {path: \"${{ inputs.wo }}\"}\n";

        var answer = await RunningServer.JsonOf(await viewer.PostAsJsonAsync("/api/v1/blueprints/validate", new { text, file = "greet.yaml" }));

        Assert.False(answer.GetProperty("valid").GetBoolean());
        var diagnostics = answer.GetProperty("diagnostics").EnumerateArray().ToList();
        Assert.True(diagnostics.Count >= 2);
        var misspelt = diagnostics.First(diagnostic => diagnostic.GetProperty("message").GetString()!.Contains("file.wrte", StringComparison.Ordinal));
        Assert.Equal(6, misspelt.GetProperty("line").GetInt32());
        Assert.Equal(text.IndexOf("file.wrte", StringComparison.Ordinal), misspelt.GetProperty("offset").GetInt32());
        Assert.Equal("file.write", misspelt.GetProperty("fixes")[0].GetProperty("replacement").GetString());
    }

    [Fact]
    public async Task Submit_ThenListReadAndStartByName_FindTheBlueprint()
    {
        using var admin = _server.Admin();
        var row = await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/blueprints", new { text = Good }));
        Assert.Equal("greet", row.GetProperty("name").GetString());

        var listed = await RunningServer.JsonOf(await admin.GetAsync("/api/v1/blueprints"));
        Assert.Equal(["greet"], listed.GetProperty("blueprints").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        var read = await RunningServer.JsonOf(await admin.GetAsync("/api/v1/blueprints/greet@1"));
        Assert.Equal(Good, read.GetProperty("text").GetString());
        Assert.Equal("who", read.GetProperty("inputs")[0].GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync($"/api/v1/definitions/{row.GetProperty("hash").GetString()}")).StatusCode);
        var missing = await RunningServer.JsonOf(await admin.GetAsync("/api/v1/blueprints/gret"));
        Assert.Contains("Did you mean `greet`?", missing.GetProperty("detail").GetString(), StringComparison.Ordinal);

        using var caller = await _server.AsAsync("operator");
        var started = await caller.PostAsJsonAsync("/api/v1/runs", new { blueprint = "greet", inputs = new { who = "you" } });
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
    }

    [Fact]
    public async Task Submit_WithErrors_IsRefusedWithDiagnostics()
    {
        using var admin = _server.Admin();
        var answer = await admin.PostAsJsonAsync("/api/v1/blueprints", new { text = "blueprint: x\n" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.NotEmpty((await RunningServer.JsonOf(answer)).GetProperty("diagnostics").EnumerateArray());
        Assert.Empty((await RunningServer.JsonOf(await admin.GetAsync("/api/v1/blueprints"))).GetProperty("blueprints").EnumerateArray());
    }

    [Fact]
    public async Task Plan_OfAText_SaysWhatWouldChangeAndChangesNothing()
    {
        var path = Path.Combine(_server.Folder, "made.txt");
        using var caller = await _server.AsAsync("operator");
        var answer = await caller.PostAsJsonAsync("/api/v1/blueprints/plan", new
        {
            text = "blueprint: make\ninputs:\n  path: {type: string, description: Where}\nsteps:\n  - id: made\n    uses: file.write\n    with: {path: \"${{ inputs.path }}\", content: hello}\n",
            inputs = new { path },
        });

        var plan = await RunningServer.JsonOf(answer);
        Assert.Equal("wouldChange", plan.GetProperty("steps")[0].GetProperty("state").GetString());
        Assert.False(File.Exists(path));

        var rejected = await caller.PostAsJsonAsync("/api/v1/blueprints/plan", new { text = Good });
        Assert.Equal("api.inputsRejected", (await RunningServer.JsonOf(rejected)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Catalog_Asked_DescribesActivitiesAndTheLanguage()
    {
        using var viewer = await _server.AsAsync("viewer");
        var activities = (await RunningServer.JsonOf(await viewer.GetAsync("/api/v1/activities"))).GetProperty("activities").EnumerateArray();
        Assert.Contains("file.write", activities.Select(activity => activity.GetProperty("name").GetString()));
        var write = await RunningServer.JsonOf(await viewer.GetAsync("/api/v1/activities/file.write@1"));
        Assert.True(write.GetProperty("input").GetProperty("properties").TryGetProperty("path", out _));
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync("/api/v1/activities/file.write@9")).StatusCode);
        Assert.Equal("Blueprint", (await RunningServer.JsonOf(await viewer.GetAsync("/api/v1/schema"))).GetProperty("title").GetString());
    }

    [Fact]
    public async Task Secret_Set_IsListedByNameOnly()
    {
        using var admin = _server.Admin();
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PutAsJsonAsync("/api/v1/secrets/bootstrap/token", new { value = "s3cret-canary" })).StatusCode);
        var listed = await (await admin.GetAsync("/api/v1/secrets")).Content.ReadAsStringAsync();
        Assert.Contains("\"bootstrap/token\"", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", await (await admin.GetAsync("/api/v1/audit")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync("/api/v1/secrets/bootstrap/tokn")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/api/v1/secrets/bootstrap/token")).StatusCode);
    }
}
