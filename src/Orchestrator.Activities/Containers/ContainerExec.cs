using System.Text;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Containers;

[Activity(
    "container.exec", Effect.Once, "Run a program in a running container.",
    Remarks = "An exit code other than those in `exitCodes` fails with `container.execFailed` and the program's last lines. A docker target and `run:` do the same with a script.",
    Example = """
        - id: migrate
          target: node
          uses: container.exec
          with:
            name: web
            command: [/usr/bin/migrate, --to, "7"]
            env: { TOKEN: "${{ secrets.token }}" }
        """)]
internal sealed class ContainerExec : Activity<ContainerExecInput, ContainerExecOutput>
{
    protected override async Task<Outcome<ContainerExecOutput>> ApplyAsync(ContainerExecInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var environment = context.Environment.Concat(input.Env).GroupBy(entry => entry.Key).ToDictionary(group => group.Key, group => group.Last().Value.Reveal());
        var command = new Command(input.Command)
        {
            Environment = environment, User = input.User, WorkingDirectory = input.Cwd,
            StandardInput = input.Stdin is { } text ? Encoding.UTF8.GetBytes(text.Reveal()) : null,
        };
        var lines = LocalProcess.OneAtATime(context.Log);
        var (output, error) = (new CapturedOutput(lines), new CapturedOutput(lines));
        var code = await ContainerExecution.RunAsync(docker, input.Name, command, null, output, error, cancellationToken).ConfigureAwait(false);
        if (!input.ExitCodes.Contains(code))
        {
            var tail = (error.Text.Trim().Length > 0 ? error.Text : output.Text).Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(20).ToArray();
            throw new FailureException(new Failure(
                "container.execFailed", FailureKind.Permanent, $"{input.Command[0]} in container {input.Name} ended with exit code {code}{(tail.Length > 0 ? $": {tail[^1]}" : "")}", LogTail: tail));
        }

        return Outcome<ContainerExecOutput>.Changes(new ContainerExecOutput { ExitCode = code, Stdout = output.Text, Stderr = error.Text });
    }
}

/// <summary>What to run where.</summary>
public sealed record ContainerExecInput
{
    /// <summary>Name.</summary>
    [Field("Name or id of the container.", MinLength = 1)]
    public required string Name { get; init; }

    /// <summary>Command.</summary>
    [Field("Program and arguments. No shell reads them; secrets belong into `env` or `stdin`.", MinLength = 1)]
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Environment.</summary>
    [Field("Variables added to the container's own; secrets are accepted.")]
    public IReadOnlyDictionary<string, Secret> Env { get; init; } = new Dictionary<string, Secret>();

    /// <summary>Input.</summary>
    [Field("What it reads on standard input; secrets are accepted.", Format = "multiline")]
    public Secret? Stdin { get; init; }

    /// <summary>User.</summary>
    [Field("User or uid to run as; absent = the container's own.")]
    public string? User { get; init; }

    /// <summary>Folder.</summary>
    [Field("Working directory; absent = the container's own.", Format = "path")]
    public string? Cwd { get; init; }

    /// <summary>Exit codes.</summary>
    [Field("Exit codes that are no failure.")]
    public IReadOnlyList<int> ExitCodes { get; init; } = [0];

    /// <summary>Socket.</summary>
    [Field("The Docker engine's socket on the target.", Format = "path")]
    public string Socket { get; init; } = DockerClient.DefaultSocket;
}

/// <summary>What it did.</summary>
public sealed record ContainerExecOutput
{
    /// <summary>Exit code.</summary>
    [Field("Its exit code.")]
    public int ExitCode { get; init; }

    /// <summary>Output.</summary>
    [Field("Standard output, at most the last 1 MiB.")]
    public string Stdout { get; init; } = "";

    /// <summary>Error output.</summary>
    [Field("Standard error, at most the last 1 MiB.")]
    public string Stderr { get; init; } = "";
}
