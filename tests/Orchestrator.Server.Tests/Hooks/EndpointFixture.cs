using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;
using Orchestrator.Server.Tests.Triggers;

namespace Orchestrator.Server.Tests.Hooks;

/// <summary>A running server whose workflows begin with HTTP endpoints. By the real clock: it answers requests that are open.</summary>
public abstract class EndpointFixture : IAsyncLifetime
{
    private protected RunningServer Server { get; private set; } = null!;

    private protected HttpClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await RunningServer.StartAsync();
        Client = Server.Anonymous();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>An endpoint that takes POST and GET, with settings as Studio writes literals: texts without a type.</summary>
    private protected static JsonObject Endpoint(string path, params (string Name, string Text)[] settings)
    {
        var endpoint = StudioModel.Trigger("he", "HttpEndpoint", ("path", "String", path), ("supportedMethods", "List<String>", """["POST","GET","HEAD"]"""));
        foreach (var (name, text) in settings)
            endpoint[name] = new JsonObject { ["typeName"] = null, ["expression"] = new JsonObject { ["type"] = text.StartsWith('[') ? "Object" : "Literal", ["value"] = text } };
        return endpoint;
    }

    /// <summary>A response with the status 200 and what a script gives.</summary>
    private protected static JsonObject Answer(string id, string script) => StudioModel.Activity(id, "WriteHttpResponse", ("content", "JavaScript", script));

    private protected async Task SaveAsync(JsonObject model)
    {
        using var admin = Server.Admin();
        var answer = await admin.PostAsJsonAsync("/elsa/api/workflow-definitions", new JsonObject { ["model"] = model, ["publish"] = true });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private protected Task<IReadOnlyList<RunSummary>> RunsAsync() => Server.Store.ListRunsAsync(new RunQuery(), CancellationToken.None);

    /// <summary>An output of the endpoint in the run that answered.</summary>
    private protected async Task<Value> OutputAsync(HttpResponseMessage answer, string name)
    {
        var execution = await Executions.ReadAsync(Server.Store, answer.Headers.GetValues("X-Run-Id").Single(), CancellationToken.None);
        return execution!.Activities.Single(activity => activity.Type == "Elsa.HttpEndpoint").Outputs.Entries.Single(output => output.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    private protected static MultipartFormDataContent Form(params (string Field, string Name, string Type, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (field, name, type, bytes) in files)
        {
            var part = new ByteArrayContent(bytes);
            part.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            form.Add(part, field, name);
        }

        return form;
    }

    private protected static async Task<(int Status, string? Code, string Detail)> ProblemOf(HttpResponseMessage answer)
    {
        var problem = await RunningServer.JsonOf(answer);
        return ((int)answer.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString() ?? "");
    }
}
