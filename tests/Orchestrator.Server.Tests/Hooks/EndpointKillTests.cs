using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;
using static Orchestrator.Server.Tests.Triggers.StudioModel;

namespace Orchestrator.Server.Tests.Hooks;

/// <summary>The real program, killed between the two endpoints of one workflow: the second takes its request after the restart, with what the first was given.</summary>
public sealed class EndpointKillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_BetweenTwoEndpoints_TheRunWaitsForTheSecond()
    {
        var first = Trigger("first", "HttpEndpoint", ("path", "String", "parcels"), ("supportedMethods", "List<String>", """["POST"]"""));
        first["file"] = Into("upload");
        var model = Of(
            "parcels", first, Activity("taken", "WriteHttpResponse", ("content", "Object", "taken")), Activity("second", "HttpEndpoint", ("path", "String", "parcels/{id}/invoice")),
            Activity("give", "WriteFileHttpResponse", ("content", "JavaScript", "getVariable('upload')")));
        model["variables"] = new JsonArray(new JsonObject { ["id"] = "upload", ["name"] = "upload", ["typeName"] = "Object", ["isArray"] = false, ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" });
        byte[] bytes = [1, 2, 0, 255];
        string run;
        using (var server = await ServerProcess.StartAsync(_folder.Path))
        {
            using var admin = server.Client(_folder.Path);
            var saved = await admin.PostAsJsonAsync("/elsa/api/workflow-definitions", new JsonObject { ["model"] = model, ["publish"] = true });
            Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync());
            using var client = server.Client();
            using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "parcel", "parcel.bin" } };
            var taken = await client.PostAsync("/workflows/parcels", form);
            Assert.Equal((HttpStatusCode.OK, "taken"), (taken.StatusCode, await taken.Content.ReadAsStringAsync()));
            run = taken.Headers.GetValues("X-Run-Id").Single();
            // The bookmark of the second endpoint is on disk when it can be found; the answer to the first may be earlier.
            await Eventually.TrueAsync(async () => (await admin.GetFromJsonAsync<JsonObject>($"/elsa/api/workflow-instances/{run}"))!["subStatus"]!.GetValue<string>() == "Suspended");
            await server.KillAsync();
        }

        using (var server = await ServerProcess.StartAsync(_folder.Path))
        {
            using var client = server.Client();
            var invoice = await client.GetAsync("/workflows/parcels/17/invoice");
            Assert.Equal((HttpStatusCode.OK, run), (invoice.StatusCode, invoice.Headers.GetValues("X-Run-Id").Single()));
            Assert.Equal(bytes, await invoice.Content.ReadAsByteArrayAsync());
            Assert.Equal("parcel.bin", invoice.Content.Headers.ContentDisposition?.FileName);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/workflows/parcels/17/invoice")).StatusCode);
            await server.KillAsync();
        }
    }

    private static JsonObject Into(string variable) => new() { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = variable } };
}
