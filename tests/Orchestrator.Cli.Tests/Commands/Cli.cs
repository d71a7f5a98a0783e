using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Tests.Commands;

/// <summary>Runs the command line in this process, with its own data folder and streams.</summary>
internal sealed class Cli : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orchestrator-cli-").FullName;

    /// <summary>The data folder.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>Writes a file beside the data folder and gives its path.</summary>
    public string File(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs a command line.</summary>
    public Task<Said> RunAsync(params IReadOnlyList<string> arguments) => RunAsync("", CancellationToken.None, arguments);

    /// <summary>Runs a command line with standard input and an interruption.</summary>
    public async Task<Said> RunAsync(string input, CancellationToken interrupted, params IReadOnlyList<string> arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal
        {
            Output = output, Error = error, Input = new StringReader(input), Interrupted = interrupted, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            Variable = name => name == "ORCHESTRATOR_HOME" ? Data : null,
        };
        var code = await CommandLine.InvokeAsync(arguments, terminal);
        return new Said(code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>What a command line came to.</summary>
internal sealed record Said(int Code, string Output, string Error)
{
    /// <summary>Fails with everything that was said when the exit code is another.</summary>
    public Said Expect(int code)
    {
        Assert.True(Code == code, $"exit code {Code}, expected {code}\n--- output\n{Output}\n--- error\n{Error}");
        return this;
    }
}
