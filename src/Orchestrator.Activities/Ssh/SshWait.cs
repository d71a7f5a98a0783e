using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Ssh;

[Activity(
    "ssh.wait", Effect.Read, "Wait until an SSH server answers.",
    Polls = true,
    Remarks = "Waits for the server's greeting as seen from the target. With `login` it also waits until that target of the blueprint lets us in and runs a program; a wrong host key fails at once.",
    Example = """
        - id: up
          uses: ssh.wait
          with:
            address: 192.0.2.10
            port: 22
        """)]
internal sealed class SshWait : Activity<SshWaitInput, SshWaitOutput>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task<Outcome<SshWaitOutput>> ApplyAsync(SshWaitInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var banner = "";
        if (input.Address is { } host)
        {
            try
            {
                banner = await SshBanner.ReadAsync(context.Target, host, input.Port, Patience, context.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (FailureException problem) when (problem.Failure.IsRetryable)
            {
                return Outcome<SshWaitOutput>.Waiting($"ssh on {host}:{input.Port}: {problem.Failure.Message}");
            }
        }

        if (input.Login is { } name)
        {
            var open = context.OpenTarget ?? throw new FailureException("target.unknown", FailureKind.Permanent, $"there is no target `{name}` here");
            var target = await open(name, cancellationToken).ConfigureAwait(false);
            try
            {
                await target.RunAsync(new Command("true"), cancellationToken).ConfigureAwait(false);
            }
            catch (FailureException problem) when (problem.Failure.IsRetryable || problem.Failure.Code == "target.auth")
            {
                return Outcome<SshWaitOutput>.Waiting($"login on {target.Address}: {problem.Failure.Message}");
            }
        }

        return Outcome<SshWaitOutput>.Same(new SshWaitOutput { Banner = banner });
    }
}

/// <summary>For whom to wait.</summary>
public sealed record SshWaitInput
{
    /// <summary>Address.</summary>
    [Field("Host name or address to look at from the target; absent = only `login` counts.", Format = "host")]
    public string? Address { get; init; }

    /// <summary>Port.</summary>
    [Field("Its port.", Min = 1, Max = 65535)]
    public int Port { get; init; } = 22;

    /// <summary>Login.</summary>
    [Field("Name of an ssh target of the blueprint that must let us in, too.")]
    public string? Login { get; init; }
}

/// <summary>What answered.</summary>
public sealed record SshWaitOutput
{
    /// <summary>Banner.</summary>
    [Field("The server's greeting, for example `SSH-2.0-OpenSSH_9.2p1`; empty without `address`.")]
    public string Banner { get; init; } = "";
}
