using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>
/// Workflows that were run on an Elsa 3.8 server, in both of its flowchart modes, with what they came to: status, incidents, bookmarks, variables and the events of every activity. They come to
/// the same here.
/// </summary>
public sealed class RecordedExecutionsTests
{
    private static readonly JsonArray Cases = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Elsa", "executions.json")))!.AsArray();

    /// <summary>Where the events come in another order, or one fewer, and why.</summary>
    private static readonly Dictionary<string, string> Differences = new()
    {
        ["end-while-other-branch-pending counter"] = "the server completes the flowchart twice: once from inside the cancellation of its other branch",
        ["end-while-other-branch-pending token"] = "the same",
        ["blocked-branch-join[WaitAny] token"] = "the server completes flowchart and workflow before the join that won has run",
    };

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var each in Cases)
                foreach (var mode in new[] { "counter", "token" }) all.Add(each!["case"]!.GetValue<string>(), mode);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Recorded_RunHere_ComesToTheSame(string name, string mode)
    {
        var recorded = Cases.First(each => each!["case"]!.GetValue<string>() == name)!;
        var expected = mode == "token" && recorded["token"] is JsonObject own ? own : recorded["counter"]!.AsObject();
        var definition = Studio.Definition(recorded["root"]!, recorded["variables"], recorded["options"], recorded["inputs"], tokens: mode == "token");
        await using var bench = await Bench.OpenAsync();
        var input = recorded["input"] is { } given ? (MapValue)PlainJson.Parse(given.ToJsonString()) : Value.EmptyMap;

        var run = await bench.StartAsync(definition, input);

        var view = await bench.ViewAsync(run);
        var actual = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;
        var ids = actual.Activities.ToDictionary(activity => activity.Id, activity => activity.ActivityId);
        Assert.Empty(bench.Alarms);
        var events = actual.Events.Select(each => $"{ids[each.ExecutionId]} {each.EventName}").ToArray();
        var recordedEvents = expected["journal"]!.AsArray().Select(each => $"{each![0]} {each[1]}").ToArray();
        if (Differences.ContainsKey($"{name} {mode}")) Assert.Equal(recordedEvents.Distinct().Order(), events.Distinct().Order());
        else Assert.Equal(recordedEvents, events);
        Assert.Equal(expected["subStatus"]!.GetValue<string>(), SubStatus(view.Status));
        Assert.Equal(
            expected["incidents"]!.AsArray().Select(each => $"{each!["activityId"]} {each["message"]}"),
            actual.Incidents.Select(each => $"{ids[each.ExecutionId]} {each.Failure.Message}"));
        Assert.Equal(
            expected["bookmarks"]!.AsArray().Select(each => $"{each!["activityId"]} {each["name"]}"),
            actual.Bookmarks.Select(each => $"{ids[each.ExecutionId]} {each.Name}"));
        Assert.Equal(
            expected["variables"]!.AsArray().Select(each => $"{each!["name"]} {each["value"]!.ToJsonString()}"),
            actual.Variables.Where(each => ids[each.ExecutionId] == "Workflow1").Select(each => $"{each.Name} {PlainJson.Serialize(each.Value)}"));
        if (view.Status == RunStatus.Paused) Assert.NotEmpty(view.Wait!.Reason);
    }

    [Fact]
    public void EveryDifference_BelongsToACase() =>
        Assert.All(Differences.Keys, key => Assert.Contains(All, row => key == $"{row[0]} {row[1]}"));

    private static string SubStatus(RunStatus status) => status switch
    {
        RunStatus.Completed => "Finished",
        RunStatus.Failed => "Faulted",
        RunStatus.Cancelled => "Cancelled",
        RunStatus.Running => "Executing",
        RunStatus.Pending => "Pending",
        _ => "Suspended",
    };
}
