using System.Text;
using System.Text.Json;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>Plays every recorded request against a server of ours, in an order in which each finds what it needs, and keeps how the answers differ.</summary>
public sealed class SampleServer : IAsyncLifetime
{
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _differences = new(StringComparer.Ordinal);
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    /// <summary>How our answer to a sample differs; null when it was not played.</summary>
    public IReadOnlyList<string>? DifferencesOf(string sample) => _differences.GetValueOrDefault(sample);

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _client = _server.Admin();
        await DefineAsync();
        await RunAsync();
        await ReadAsync();
        await RemoveAsync();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private async Task DefineAsync()
    {
        await PlayAsync("GET_workflow-definitions_empty", "POST_workflow-definitions_create_draft", "POST_workflow-definitions_numeric_variable_value", "POST_workflow-definitions_invalid_json",
            "POST_workflow-definitions_empty_object", "POST_workflow-definitions__unknown__publish", "POST_workflow-definitions__definitionId__publish");
        _ids["91e5c00a879e0708"] = (await GetAsync("/workflow-definitions/order-flow")).GetProperty("id").GetString()!;
        await PlayAsync("GET_workflow-definitions__definitionId_Latest", "GET_workflow-definitions__definitionId_Published_includeCompositeRoot", "GET_workflow-definitions_by-id__id", "GET_workflow-definitions__definitionId__versions",
            "GET_workflow-definitions__definitionId__export", "GET_workflow-definitions_many-by-id", "GET_workflow-definitions_query_count", "GET_workflow-definitions_subgraph__id", "GET_workflow-definitions_subgraph_segments__id",
            "GET_workflow-definitions_validation_is-name-unique_false", "GET_workflow-definitions_validation_is-name-unique_true", "GET_workflow-definitions__unknown", "GET_workflow-definitions_bad_query", "GET_unknown_endpoint",
            "POST_workflow-definitions_http", "POST_workflow-definitions_usableAsActivity", "POST_workflow-definitions_waiting_Event", "POST_workflow-definitions_unknown_activity_type",
            "POST_workflow-definitions_import", "PUT_workflow-definitions__definitionId__import", "GET_workflow-definitions__definitionId__consumers");
        await PostAsync("/workflow-definitions/imp/publish", "{}");
        await PlayAsync("POST_workflow-definitions__definitionId__publish_already_published", "POST_workflow-definitions_update_publish_v2", "POST_workflow-definitions_draft_over_published_v3", "GET_workflow-definitions_list");
        await SaveAsync("faulty", """{"id":"f","type":"Elsa.Fault","version":1,"code":{"typeName":"String","expression":{"type":"Literal","value":"E1"}},"category":{"typeName":"String","expression":{"type":"Literal","value":"Cat"}},"faultType":{"typeName":"String","expression":{"type":"Literal","value":"System"}},"message":{"typeName":"String","expression":{"type":"Literal","value":"boom"}}}""");
        await SaveAsync("jsfault", """{"id":"f","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"JavaScript","value":"nosuch.thing"}}}""");
    }

    private async Task RunAsync()
    {
        _client.DefaultRequestHeaders.Add("Prefer", "wait=20");
        _ids["6ff93797c74b94a2"] = await StartAsync("POST_workflow-definitions__definitionId__execute");
        _ids["a656b541faed54e3"] = await StartAsync("POST_workflow-definitions__definitionId__execute_suspended");
        _ids["9d04f2d0d276e629"] = await StartAsync("POST_workflow-definitions__definitionId__execute_faulted");
        await PlayAsync("POST_workflow-definitions__definitionId__execute_js_error", "GET_workflow-definitions__definitionId__execute", "POST_workflow-definitions__definitionId__execute_invalid_json",
            "POST_workflow-definitions__unknown__execute", "POST_workflow-definitions__definitionId__dispatch", "POST_workflow-definitions__unknown__dispatch", "POST_workflow-definitions__definitionId__bulk-dispatch");
        var other = await PostAsync("/workflow-definitions/waiting/execute", "{}");
        _ids["8c6893e57f828bd0"] = other.Headers.GetValues("x-elsa-workflow-instance-id").First();
        await PlayAsync("GET_workflow-instances__id_suspended", "GET_workflow-instances__id__execution-state_suspended", "POST_events__eventName__trigger", "POST_cancel_workflow-instances__id");
        await _server.Engine.WaitAsync(_ids["a656b541faed54e3"], CancellationToken.None);
        await _server.Engine.WaitAsync(_ids["8c6893e57f828bd0"], CancellationToken.None);
        await PlayAsync("GET_workflow-instances__id_after_event", "GET_workflow-instances__id_cancelled");
    }

    private async Task ReadAsync()
    {
        var executions = await GetAsync($"/activity-executions/list?workflowInstanceId={_ids["6ff93797c74b94a2"]}&activityNodeId=Workflow1:flow:dec");
        _ids["3c614f339715cd80"] = executions.GetProperty("items")[0].GetProperty("id").GetString()!;
        await PlayAsync([.. Sample.Names.Where(name => !_differences.ContainsKey(name) && IsRead(name))]);
    }

    // What is left after definitions and runs were made: reading, and questions with a body.
    private static bool IsRead(string name) => (name.StartsWith("GET_", StringComparison.Ordinal) && !name.StartsWith("GET_workflows_", StringComparison.Ordinal))
        || name is "POST_activity-executions_report" or "POST_descriptors_activities__type__options__property" or "POST_scripting_javascript_type-definitions" or "POST_tests_activities"
            or "POST_workflow-instances__id__journal_filtered" or "POST_workflow-instances_list_filter";

    private async Task RemoveAsync() => await PlayAsync("POST_bulk-actions_publish", "POST_workflow-definitions__definitionId__retract", "POST_workflow-definitions__definitionId__revert__version", "POST_bulk-actions_retract",
        "DELETE_workflow-definition-versions__id", "DELETE_workflow-definitions__definitionId", "DELETE_workflow-definitions__unknown", "DELETE_workflow-instances__id",
        "POST_bulk-actions_delete_workflow-definitions_by-definition-id", "POST_bulk-actions_delete_workflow-instances_by-id");

    private async Task<string> StartAsync(string sample)
    {
        var answer = await PlayAsync(sample);
        return answer.Headers.TryGetValues("x-elsa-workflow-instance-id", out var ids) ? ids.First() : "none";
    }

    private async Task<HttpResponseMessage> PlayAsync(params IReadOnlyList<string> samples)
    {
        HttpResponseMessage? answer = null;
        foreach (var name in samples)
        {
            var sample = Sample.Read(name);
            answer = await _client.SendAsync(sample.Request(_ids));
            _differences[name] = await sample.DifferencesAsync(answer);
        }

        return answer!;
    }

    private async Task<JsonElement> GetAsync(string path) => await RunningServer.JsonOf(await _client.GetAsync("/elsa/api" + path));

    private async Task<HttpResponseMessage> PostAsync(string path, string body)
    {
        var answer = await _client.PostAsync("/elsa/api" + path, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer;
    }

    private Task SaveAsync(string id, string activity) => PostAsync("/workflow-definitions", $$"""
        {"model":{"definitionId":"{{id}}","name":"{{id}}","options":{"incidentStrategyType":"FaultStrategy"},
        "root":{"id":"flow","type":"Elsa.Flowchart","version":1,"connections":[],"activities":[ {{activity}} ] } },"publish":true}
        """);
}
