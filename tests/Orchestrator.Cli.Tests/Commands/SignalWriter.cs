namespace Orchestrator.Cli.Tests.Commands;

/// <summary>Collects what is written, and tells the first line.</summary>
internal sealed class SignalWriter : StringWriter
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first line.</summary>
    public Task<string> FirstLine => _first.Task;

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        _first.TrySetResult(value ?? "");
    }
}
