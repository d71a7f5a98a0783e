using System.Text;
using System.Text.Json;
using Orchestrator.Activities.Targets;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using Orchestrator.Stores.Secrets;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Cli.Tests.Commands;

/// <summary>A workflow made in Studio that waits for the event <c>go</c> is altered from the command line: without a server, and through one.</summary>
public sealed class AlterCommandTests : IAsyncLifetime, IDisposable
{
    private const string Flow = """
        {"id":"flow-v1","definitionId":"flow","name":"flow","version":1,
         "variables":[{"id":"n","name":"N","typeName":"Int32","isArray":false,"value":"0"}],
         "root":{"id":"seq","type":"Elsa.Sequence","version":1,"activities":[
           {"id":"gate","type":"Elsa.Event","version":1,"eventName":{"typeName":"String","expression":{"type":"Literal","value":"go"}}},
           {"id":"after","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"Literal","value":"done"}}}]}}
        """;

    private readonly Cli _cli = new();
    private string _run = "";

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_cli.Data);
        await using var store = await OpenAsync(asOwner: true);
        await using var engine = await WorkflowEngine.OpenAsync(
            new EngineOptions { Store = store, Activities = Compiling.Catalog, OpenTarget = BuiltinTargets.OpenAsync, Seal = FileSeal.Open(_cli.Data) }, CancellationToken.None);
        _run = (await engine.StartAsync(new StartRun(DefinitionJson.Read(Encoding.UTF8.GetBytes(Flow)), Value.EmptyMap), CancellationToken.None)).RunId;
        await engine.WaitAsync(_run, CancellationToken.None, orWaiting: true);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Alter_WithoutAServer_SetsCancelsAndFollowsTheRunToItsEnd()
    {
        var said = (await _cli.RunAsync("alter", _run[..12], "--set", "n=41", "--cancel", "gate")).Expect(ExitCode.Done);

        Assert.Contains("variable n is set\ngate is cancelled\n", said.Output, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Completed, 41), await StandsAsync());
    }

    [Fact]
    public async Task Alter_OfWhichAPartIsRefused_ChangesNothing()
    {
        var before = await EventsAsync();
        var said = (await _cli.RunAsync("alter", _run, "--set", "n=41", "--cancel", "gat")).Expect(ExitCode.Failed);

        Assert.Contains($"no activity `gat` is open; open are: gate ({_run}-3)", said.Error, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", said.Error, StringComparison.Ordinal);
        Assert.Equal(before, await EventsAsync());
    }

    [Fact]
    public async Task DryRun_SaysWhatWouldBecomeOfIt_AndNothingMoves()
    {
        var before = await EventsAsync();
        var could = (await _cli.RunAsync("alter", _run, "--set", "n=41", "--cancel", $"{_run}-3", "--dry-run")).Expect(ExitCode.Done);
        var json = (await _cli.RunAsync("alter", _run, "--set", "n=41", "--set", "n=many", "--dry-run", "--json")).Expect(ExitCode.Failed);

        Assert.Equal($"could be done: variable n is set\ncould be done: {_run}-3 is cancelled\n", could.Output);
        var told = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal((_run, false), (told.GetProperty("runId").GetString(), told.GetProperty("accepted").GetBoolean()));
        Assert.False(told.GetProperty("alterations")[0].TryGetProperty("refusal", out _));
        Assert.Equal("variable `n` is of type Int32, which `many` cannot become", told.GetProperty("alterations")[1].GetProperty("refusal").GetString());
        Assert.Equal(before, await EventsAsync());
    }

    [Theory]
    [InlineData("what is to be altered?")]
    [InlineData("--set n: expected name=value", "--set", "n")]
    [InlineData("--set n: nowhere.txt does not exist", "--set", "n=@nowhere.txt")]
    public async Task Alter_ThatSaysTooLittle_IsRejected(string reason, params string[] options) =>
        Assert.Contains(reason, (await _cli.RunAsync(["alter", _run, .. options])).Expect(ExitCode.Rejected).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Alter_ThroughTheServerThatOwnsTheStore_ChecksAndAlters()
    {
        using var stop = new CancellationTokenSource();
        using var output = new SignalWriter();
        var terminal = new Terminal
        {
            Output = output, Error = TextWriter.Null, Input = TextReader.Null, Interrupted = stop.Token, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            Variable = name => name == "ORCHESTRATOR_HOME" ? _cli.Data : null,
        };
        var serving = CommandLine.InvokeAsync(["serve", "--listen", "http://127.0.0.1:0"], terminal);
        await output.FirstLine.WaitAsync(TimeSpan.FromMinutes(1));
        var before = await EventsAsync();

        var refused = (await _cli.RunAsync("alter", _run, "--set", "n=7", "--migrate", "9")).Expect(ExitCode.Failed);
        var could = (await _cli.RunAsync("alter", _run, "--set", "n=7", "--cancel", "gate", "--dry-run")).Expect(ExitCode.Done);
        Assert.Equal(before, await EventsAsync());
        var done = (await _cli.RunAsync("alter", _run, "--set", "n=7", "--cancel", "gate")).Expect(ExitCode.Done);

        Assert.Contains("`flow` has no version 9", refused.Error, StringComparison.Ordinal);
        Assert.Equal("could be done: variable n is set\ncould be done: gate is cancelled\n", could.Output);
        Assert.Equal("variable n is set\ngate is cancelled\n", done.Output);
        Assert.Equal((RunStatus.Completed, 7), await StandsAsync());
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Done, await serving.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private Task<SqliteStore> OpenAsync(bool asOwner) => SqliteStore.OpenAsync(Path.Combine(_cli.Data, "orchestrator.db"), asOwner);

    private async Task<long> EventsAsync()
    {
        await using var store = await OpenAsync(asOwner: false);
        return await store.LastEventNumberAsync(_run, CancellationToken.None);
    }

    private async Task<(RunStatus Status, double N)> StandsAsync()
    {
        await using var store = await OpenAsync(asOwner: false);
        var view = (await RunViews.ReadAsync(store, _run, CancellationToken.None))!;
        var execution = (await Executions.ReadAsync(store, _run, CancellationToken.None))!;
        return (view.Status, ((NumberValue)execution.Variables.Single(each => each.Name == "N").Value).Number);
    }
}
