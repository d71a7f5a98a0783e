using Orchestrator.Model.Activities;
using Orchestrator.Model.Targets;

namespace Orchestrator.Benchmarks;

/// <summary>Does nothing and gives about 100 bytes.</summary>
[Activity("bench.noop", Effect.Idempotent, "Do nothing", Example = "- id: a\n  uses: bench.noop@1")]
internal sealed class NoOp : Activity<NoInput, NoOutput>
{
    private static readonly NoOutput Output = new() { Result = new string('x', 90) };

    protected override Task<Outcome<NoOutput>> ApplyAsync(NoInput input, ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(Outcome<NoOutput>.Same(Output));
}

/// <summary>It takes nothing.</summary>
internal sealed record NoInput;

/// <summary>What it gives.</summary>
internal sealed record NoOutput
{
    [Field("About 100 bytes as JSON.")]
    public string Result { get; init; } = "";
}

/// <summary>A target that nobody may use.</summary>
internal sealed class Nowhere : Target
{
    public override string Kind => "local";

    public override string Address => "nowhere";

    public override Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task<TargetFile?> ReadFileAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, Model.Targets.FileAttributes attributes, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task UploadAsync(string localPath, string path, Model.Targets.FileAttributes attributes, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task<Stream> OpenStreamAsync(StreamAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
