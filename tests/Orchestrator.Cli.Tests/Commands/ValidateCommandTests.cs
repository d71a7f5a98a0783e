using System.Text.Json;

namespace Orchestrator.Cli.Tests.Commands;

public sealed class ValidateCommandTests : IDisposable
{
    private const string Good = "blueprint: good\nsteps:\n  - id: folder\n    uses: file.mkdir\n    with: {path: /tmp/x}\n";
    private const string Bad = "blueprint: bad\nstesp: []\nsteps:\n  - id: folder\n    uses: file.mkdirr\n    with: {path: /tmp/x}\n";

    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Validate_GoodFile_SaysOk()
    {
        var file = _cli.File("good.yaml", Good);

        var said = (await _cli.RunAsync("validate", file)).Expect(ExitCode.Done);

        Assert.Equal($"{file}: ok\n", said.Output);
        Assert.False(Directory.Exists(_cli.Data), "validate must not make a data folder");
    }

    [Fact]
    public async Task Validate_TwoFaults_PrintsBothWithTheirPlaces()
    {
        var file = _cli.File("bad.yaml", Bad);

        var said = (await _cli.RunAsync("validate", file)).Expect(ExitCode.Rejected);

        Assert.Contains($"{file}:2:1: error BP2001: `stesp`", said.Output, StringComparison.Ordinal);
        Assert.Contains($"{file}:5:11: error BP2002: There is no activity `file.mkdirr`.", said.Output, StringComparison.Ordinal);
        Assert.EndsWith($"{file}: 2 errors\n", said.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--format=json")]
    public async Task Validate_Json_IsOneObject(string option)
    {
        var said = (await _cli.RunAsync("validate", _cli.File("bad.yaml", Bad), option)).Expect(ExitCode.Rejected);

        var json = JsonDocument.Parse(said.Output).RootElement;
        Assert.False(json.GetProperty("valid").GetBoolean());
        Assert.Equal(["BP2001", "BP2002"], json.GetProperty("diagnostics").EnumerateArray().Select(diagnostic => diagnostic.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Validate_Sarif_NamesTheRules()
    {
        var said = (await _cli.RunAsync("validate", _cli.File("bad.yaml", Bad), "--format", "sarif")).Expect(ExitCode.Rejected);

        var json = JsonDocument.Parse(said.Output).RootElement;
        Assert.Equal("2.1.0", json.GetProperty("version").GetString());
        Assert.Equal(2, json.GetProperty("runs")[0].GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Validate_SeveralFilesOneMissing_StillChecksTheOthers()
    {
        var bad = _cli.File("bad.yaml", Bad);

        var said = (await _cli.RunAsync("validate", bad.Replace("bad", "bda", StringComparison.Ordinal), bad)).Expect(ExitCode.Rejected);

        Assert.Contains("bda.yaml does not exist. Did you mean `bad.yaml`?", said.Error, StringComparison.Ordinal);
        Assert.Contains("BP2002", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_StandardInput_IsCalledStdin() =>
        Assert.StartsWith("stdin:2:1: error BP2001", (await _cli.RunAsync(Bad, CancellationToken.None, "validate", "-")).Expect(ExitCode.Rejected).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("validat", "x")]
    [InlineData("validate")]
    [InlineData("validate", "x", "--format", "xml")]
    [InlineData("run")]
    public async Task Parse_WrongCommandLine_IsRejected(params string[] arguments)
    {
        var said = (await _cli.RunAsync(arguments)).Expect(ExitCode.Rejected);

        Assert.Contains("--help", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compile_GoodFile_PrintsAnElsaDefinition()
    {
        var said = (await _cli.RunAsync("compile", _cli.File("good.yaml", Good))).Expect(ExitCode.Done);

        Assert.Equal("good", JsonDocument.Parse(said.Output).RootElement.GetProperty("name").GetString());
    }
}
