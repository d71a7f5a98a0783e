using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>What Studio asks again and again while somebody looks costs few questions to the store, whatever the run has behind it.</summary>
public sealed class StudioAsksTests : IAsyncLifetime
{
    private OverheardStore _heard = null!;
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync(change: options =>
        {
            (var store, _heard) = OverheardStore.Over(options.Store);
            return options with { Store = store };
        });
        _client = _server.Admin();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Viewer_OfAWaitingRun_AsksTheStoreForNoMoreThanItShows()
    {
        var model = JsonNode.Parse("""
            {"model":{"definitionId":"looked-at","name":"Looked at","root":{"id":"seq","type":"Elsa.Sequence","version":1,"activities":[
              {"id":"say","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"Literal","value":"hello"}}},
              {"id":"hold","type":"Elsa.Event","version":1,"eventName":{"typeName":"String","expression":{"type":"Literal","value":"go"}}}]}},"publish":true}
            """)!;
        (await _client.PostAsJsonAsync("/elsa/api/workflow-definitions", model)).EnsureSuccessStatusCode();
        using var started = (await _client.PostAsJsonAsync("/elsa/api/workflow-definitions/looked-at/execute", new JsonObject())).EnsureSuccessStatusCode();
        var run = started.Headers.GetValues("x-elsa-workflow-instance-id").First();
        await _server.Engine.WaitAsync(run, CancellationToken.None, orWaiting: true);
        var id = (await Executions.ReadAsync(_server.Store, run, CancellationToken.None))!.Activities[^1].Id;

        var lines = new List<string>();
        foreach (var (path, body) in ((string, string?)[])[
            ("/workflow-instances", """{"page":0,"pageSize":10}"""), ($"/workflow-instances/{run}", null), ($"/workflow-instances/{run}/execution-state", null), ($"/workflow-instances/{run}/variables", null),
            ($"/workflow-instances/{run}/journal?skip=0&take=100", "{}"), ($"/workflow-instances/{run}/journal/hold", null), ("/activity-executions/report", $$"""{"workflowInstanceId":"{{run}}","activityNodeIds":["Workflow1:seq"]}"""),
            ($"/activity-executions/list?workflowInstanceId={run}", null), ($"/activity-execution-summaries/list?workflowInstanceId={run}", null), ($"/activity-executions/{id}", null), ($"/activity-executions/{id}/call-stack", null)])
        {
            for (var twice = 0; twice < 2; twice++)
            {
                _heard.Take();
                using var answer = body is null ? await _client.GetAsync("/elsa/api" + path) : await _client.PostAsync("/elsa/api" + path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
                answer.EnsureSuccessStatusCode();
            }

            lines.Add($"{path.Replace(run, "RUN", StringComparison.Ordinal)}: {string.Join(", ", _heard.Take().Select(call => call.Replace(run, "RUN", StringComparison.Ordinal)))}");
        }

        // The row, and the journal from its last known event on; the version only where it is shown.
        Assert.Equal("""
            /workflow-instances: ListRuns, ListUnlistedDefinitions, ListWorkflows
            /workflow-instances/RUN: FindRun RUN, ReadEvents RUN 0 1000, ListUnlistedDefinitions, ListWorkflows
            /workflow-instances/RUN/execution-state: FindRun RUN
            /workflow-instances/RUN/variables: FindRun RUN, ReadEvents RUN 0 1000
            /workflow-instances/RUN/journal?skip=0&take=100: FindRun RUN, ReadEvents RUN 0 1000
            /workflow-instances/RUN/journal/hold: FindRun RUN, ReadEvents RUN 0 1000, ListUnlistedDefinitions, ListWorkflows
            /activity-executions/report: FindRun RUN, ReadEvents RUN 0 1000
            /activity-executions/list?workflowInstanceId=RUN: FindRun RUN, ReadEvents RUN 0 1000
            /activity-execution-summaries/list?workflowInstanceId=RUN: FindRun RUN, ReadEvents RUN 0 1000
            /activity-executions/RUN-4: FindRun RUN, ReadEvents RUN 0 1000
            /activity-executions/RUN-4/call-stack: FindRun RUN, ReadEvents RUN 0 1000
            """, string.Join('\n', lines));
    }
}
