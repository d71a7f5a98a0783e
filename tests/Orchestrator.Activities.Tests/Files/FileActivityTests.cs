using Orchestrator.Activities.Files;
using Orchestrator.Activities.Tests.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using static Orchestrator.Testing.ActivityContexts;

namespace Orchestrator.Activities.Tests.Files;

public sealed class FileActivityTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Write_NewFile_HasContentAndModeAndTheSecondTimeNothingChanges()
    {
        var input = Input($"{{'path': '{_place["deep/a"]}', 'content': 'hello', 'mode': '0640', 'owner': 'nobody:nogroup', 'createFolders': true}}");
        var plan = await _place.PlanAsync(new FileWrite(), input);
        Assert.Equal(CheckState.Differs, plan.State);
        Assert.False(File.Exists(_place["deep/a"]));

        var first = await _place.RunAsync(new FileWrite(), input);
        var second = await _place.RunAsync(new FileWrite(), input);

        Assert.True(first.Changed);
        Assert.False(second.Changed);
        Assert.Equal("hello", File.ReadAllText(_place["deep/a"]));
        Assert.Equal("640 nobody nogroup", await _place.ShellAsync($"stat -c '%a %U %G' {_place["deep/a"]}"));
        Assert.Equal(Value.Of(true), first.Output.Get("created"));
    }

    [Fact]
    public async Task Write_SecretContent_IsInNoChangeNorFailure()
    {
        File.WriteAllText(_place["a"], "old-canary");
        var input = Value.Map(("path", Value.Of(_place["a"])), ("content", new SecretValue(Secret.FromPlainText("canary-7f3a"))));
        var plan = await _place.PlanAsync(new FileWrite(), input);
        Assert.DoesNotContain("canary", string.Join(' ', plan.Changes));
        var folder = await _place.FailAsync(new FileWrite(), input.With("path", Value.Of(_place["no/such/folder"])));
        Assert.DoesNotContain("canary", folder.ToString());
        Assert.Equal("file.folderMissing", folder.Code);
    }

    [Fact]
    public async Task Write_Undo_RestoresContentModeAndOwner()
    {
        File.WriteAllText(_place["a"], "before");
        await _place.ShellAsync($"chown nobody:nogroup {_place["a"]}; chmod 604 {_place["a"]}");
        var input = Input($"{{'path': '{_place["a"]}', 'content': 'after', 'mode': '600', 'owner': 'root:root'}}");
        var (output, _) = await _place.RunAsync(new FileWrite(), input);
        Assert.Equal("after 600 root", await _place.ShellAsync($"echo $(cat {_place["a"]}) $(stat -c '%a %U' {_place["a"]})"));

        await new FileWrite().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        await new FileWrite().UndoAsync(input, output, _place.Context(), CancellationToken.None);

        Assert.Equal("before 604 nobody", await _place.ShellAsync($"echo $(cat {_place["a"]}) $(stat -c '%a %U' {_place["a"]})"));
    }

    [Fact]
    public async Task Write_UndoOfANewFile_RemovesIt()
    {
        var input = Input($"{{'path': '{_place["a"]}', 'content': 'x'}}");
        var (output, _) = await _place.RunAsync(new FileWrite(), input);
        await new FileWrite().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        Assert.False(File.Exists(_place["a"]));
    }

    [Fact]
    public async Task Mkdir_DeepFolder_ReportsWhatItMadeAndUndoRemovesOnlyThat()
    {
        Directory.CreateDirectory(_place["here"]);
        var input = Input($"{{'path': '{_place["here/a/b"]}', 'mode': '0700'}}");
        var (output, changed) = await _place.RunAsync(new FileMkdir(), input);
        Assert.True(changed);
        Assert.Equal(Value.List(Value.Of(_place["here/a"]), Value.Of(_place["here/a/b"])), output.Get("created"));
        Assert.Equal("755 700", await _place.ShellAsync($"echo $(stat -c %a {_place["here/a"]} {_place["here/a/b"]})"));
        Assert.False((await _place.RunAsync(new FileMkdir(), input)).Changed);

        File.WriteAllText(_place["here/a/kept"], "");
        await new FileMkdir().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        Assert.True(Directory.Exists(_place["here/a"]));
        Assert.False(Directory.Exists(_place["here/a/b"]));
    }

    [Fact]
    public async Task Mkdir_FileInTheWay_Fails()
    {
        File.WriteAllText(_place["f"], "");
        Assert.Equal("file.notAFolder", (await _place.FailAsync(new FileMkdir(), Input($"{{'path': '{_place["f"]}'}}"))).Code);
        Assert.Equal("file.mkdirFailed", (await _place.FailAsync(new FileMkdir(), Input($"{{'path': '{_place["f/x"]}'}}"))).Code);
        Assert.Contains("createFolders", (await _place.FailAsync(new FileMkdir(), Input($"{{'path': '{_place["no/x"]}', 'createFolders': false}}"))).Message);
    }

    [Fact]
    public async Task Template_FromSource_FillsPlaceholdersAndSecrets()
    {
        File.WriteAllText(_place["t"], "listen {{ net.address }}:{{port}}\ntoken {{token}} \\{{plain}}\n");
        var input = Input($"{{'path': '{_place["out"]}', 'source': '{_place["t"]}', 'values': {{'net': {{'address': '::1'}}, 'port': 80}}, 'secrets': {{'token': 's3'}}}}");
        Assert.True((await _place.RunAsync(new FileTemplate(), input)).Changed);
        Assert.Equal("listen ::1:80\ntoken s3 {{plain}}\n", File.ReadAllText(_place["out"]));
        Assert.False((await _place.RunAsync(new FileTemplate(), input)).Changed);
    }

    [Theory]
    [InlineData("a\\nb {{adress}}", 2, "the nearest name is `address`")]
    [InlineData("{{address", 1, "not closed")]
    [InlineData("{{list}}", 1, "a list")]
    public async Task Template_PlaceholderWithoutValue_FailsWithItsLineAndWritesNothing(string template, int line, string problem)
    {
        var failure = await _place.FailAsync(
            new FileTemplate(), Input($"{{'path': '{_place["out"]}', 'template': '{template}', 'values': {{'address': 'x', 'list': [1]}}}}"));
        Assert.Equal(("file.template", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Equal(Value.Of(line), failure.Details!.Get("line"));
        Assert.Contains(problem, failure.Message);
        Assert.False(File.Exists(_place["out"]));
    }

    [Fact]
    public async Task Merge_TomlWithSecret_KeepsTheRest()
    {
        File.WriteAllText(_place["c.toml"], "# mine\n[ays]\nproduction = false\n");
        var input = Input($"{{'path': '{_place["c.toml"]}', 'format': 'toml', 'values': {{'ays': {{'production': true}}}}, 'secrets': {{'ays.oauth.jwt_key': 'k'}}}}");
        Assert.True((await _place.RunAsync(new FileMerge(), input)).Changed);
        Assert.Equal("# mine\n[ays]\nproduction = true\n\n[ays.oauth]\njwt_key = \"k\"\n", File.ReadAllText(_place["c.toml"]));
        Assert.False((await _place.RunAsync(new FileMerge(), input)).Changed);
    }

    [Fact]
    public async Task Merge_BrokenFile_FailsWithLineAndLeavesIt()
    {
        File.WriteAllText(_place["c.toml"], "a = 1\n[broken\n");
        var failure = await _place.FailAsync(new FileMerge(), Input($"{{'path': '{_place["c.toml"]}', 'format': 'toml', 'values': {{'a': 2}}}}"));
        Assert.Equal(("file.syntax", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Contains("line 2", failure.Message);
        Assert.Equal("a = 1\n[broken\n", File.ReadAllText(_place["c.toml"]));
    }
}
