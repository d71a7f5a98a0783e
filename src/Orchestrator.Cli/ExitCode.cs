namespace Orchestrator.Cli;

/// <summary>What the process says to whoever started it. Documented in <c>docs/cli.md</c>.</summary>
internal static class ExitCode
{
    /// <summary>Done; for a run: completed.</summary>
    public const int Done = 0;

    /// <summary>A run ended failed or cancelled, or an operator's request was refused by the run.</summary>
    public const int Failed = 1;

    /// <summary>The input was rejected and nothing was executed.</summary>
    public const int Rejected = 2;

    /// <summary>The run goes on later: it waits, is paused, or was left to itself.</summary>
    public const int Unfinished = 3;

    /// <summary>The store cannot be opened, or the server cannot be reached.</summary>
    public const int Unreachable = 4;
}
