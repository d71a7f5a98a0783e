using System.Text.Json;

namespace Orchestrator.Cli.Tests.Commands;

public sealed class PlanCommandTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    private string Blueprint => _cli.File("folders.yaml", """
        blueprint: folders
        inputs:
          base: {type: string}
          count: {type: int, min: 1, max: 3, default: 1}
          names: {type: "list<string>", default: [a]}
          password: {type: "secret<string>"}
        steps:
          - id: there
            uses: file.mkdir
            with: {path: "${{ inputs.base }}"}
          - id: missing
            uses: file.mkdir
            with: {path: "${{ inputs.base }}/new"}
          - id: file
            uses: file.write
            with: {path: "${{ inputs.base }}/secret", content: "${{ inputs.password }}"}
        """);

    [Fact]
    public async Task Plan_GoodInputs_SaysWhatWouldChangeAndChangesNothing()
    {
        var there = Path.GetDirectoryName(_cli.File("x", ""))!;
        var before = Directory.GetFileSystemEntries(there).Length;

        var said = (await _cli.RunAsync("canary-7f3a\n", CancellationToken.None, "plan", Blueprint, "--set", $"base={there}", "--set", "password=@-")).Expect(ExitCode.Done);

        Assert.Contains("would change", said.Output, StringComparison.Ordinal);
        Assert.Contains("already so", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-7f3a", said.Output + said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(there, "new")));
        Assert.Equal(before + 1, Directory.GetFileSystemEntries(there).Length); // the blueprint itself
    }

    [Fact]
    public async Task Plan_Json_ListsTheStepsWithTheirStates()
    {
        var there = Path.GetDirectoryName(_cli.File("x", ""))!;

        var said = (await _cli.RunAsync("plan", Blueprint, "--json", "--set", $"base={there}", "--set", "password=p")).Expect(ExitCode.Done);

        var steps = JsonDocument.Parse(said.Output).RootElement.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(["there", "missing", "file"], steps.Select(step => step.GetProperty("key").GetString()));
        Assert.Equal(["unchanged", "wouldChange", "wouldChange"], steps.Select(step => step.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Plan_BadInputs_PrintsEveryFaultAtOnce()
    {
        var inputs = _cli.File("inputs.yaml", "names: [x]\nbsae: /tmp\n");

        var said = (await _cli.RunAsync("plan", Blueprint, "--inputs", inputs, "--set", "count=9", "--set", "oops", "--set", "password=@nowhere")).Expect(ExitCode.Rejected);

        Assert.Contains("--set oops: expected name=value", said.Error, StringComparison.Ordinal);
        Assert.Contains("nowhere does not exist", said.Error, StringComparison.Ordinal);
        Assert.Contains("folders.yaml:3:3: error BP4501: Input `base` is missing", said.Error, StringComparison.Ordinal);
        Assert.Contains("There is no input `bsae`", said.Error, StringComparison.Ordinal);
        Assert.Contains("Input `count`", said.Error, StringComparison.Ordinal);
        Assert.Empty(said.Output);
    }

    [Fact]
    public async Task Plan_InputsFileThatIsNoYaml_NamesLineAndColumn()
    {
        var inputs = _cli.File("inputs.yaml", "base: [a\nx: 1\n");

        var said = (await _cli.RunAsync("plan", Blueprint, "--inputs", inputs)).Expect(ExitCode.Rejected);

        Assert.Matches("inputs\\.yaml:\\d+:\\d+: ", said.Error);
    }
}
