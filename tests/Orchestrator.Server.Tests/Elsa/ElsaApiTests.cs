using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>Tests of Elsa's API: a server for each, and a client of its admin.</summary>
public abstract class ElsaApiTests : IAsyncLifetime
{
    private protected RunningServer Server { get; private set; } = null!;

    private protected HttpClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await RunningServer.StartAsync();
        Client = Server.Admin();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    private protected async Task<JsonElement> GetAsync(string path) => await RunningServer.JsonOf(await Client.GetAsync("/elsa/api" + path));

    private protected Task<HttpResponseMessage> PostAsync(string path, JsonObject body) => Client.PostAsJsonAsync("/elsa/api" + path, body);

    private protected async Task<JsonElement> JsonAsync(string path, JsonObject body) => await RunningServer.JsonOf(await PostAsync(path, body));
}
