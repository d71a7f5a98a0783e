using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Blueprints;

/// <summary>Compiles at run time what did not exist at compile time, and hands it to the engine as a child run.</summary>
[Activity("blueprint.submit", Effect.Idempotent, "Compile a blueprint from the target or from text, and run it as a child run.", Remarks = """
    The step completes when the child run does, with the child's outputs and `runId`; it fails when the child fails. The text is compiled when the step runs, and the
    child run keeps what was compiled. A blueprint that is known when this one is written is better started with `call:`, which is checked at once.

    | code | cause |
    |---|---|
    | `blueprint.invalid` | it does not compile; every diagnostic is in the message |
    | `blueprint.notFound` | `path` does not exist on the target |
    """, Example = """
    - id: network
      uses: blueprint.submit
      target: node
      with:
        path: /var/lib/cluster/blueprints/network.yaml
        with: {owner: "${{ inputs.name }}"}
        secrets: {token: "${{ secrets.token }}"}
    """)]
internal sealed class BlueprintSubmit : Activity<BlueprintSubmitInput, BlueprintSubmitOutput>
{
    protected override async Task<Check<BlueprintSubmitOutput>> CheckAsync(BlueprintSubmitInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        // While planning, the file may be written by a step before this one.
        var (file, text) = await ReadAsync(input, context, cancellationToken).ConfigureAwait(false);
        if (text is null) return Check<BlueprintSubmitOutput>.Unknown($"runs {file}, which does not exist yet");
        var definition = CompiledBlueprint.Require(Compiler(context), file, text);
        return Check<BlueprintSubmitOutput>.Unknown($"runs blueprint {definition.Name} from {file}");
    }

    protected override async Task<Outcome<BlueprintSubmitOutput>> ApplyAsync(BlueprintSubmitInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var (file, text) = await ReadAsync(input, context, cancellationToken).ConfigureAwait(false);
        if (text is null) throw new FailureException("blueprint.notFound", FailureKind.Permanent, $"{input.Path} does not exist on {context.Target.Address}");
        var definition = CompiledBlueprint.Require(Compiler(context), file, text);
        var inputs = Value.Map(input.With.Select(entry => (entry.Key, entry.Value)));
        foreach (var (name, secret) in input.Secrets) inputs = inputs.With(name, new SecretValue(secret));
        context.Log($"runs blueprint {definition.Name} from {file}");
        return Outcome<BlueprintSubmitOutput>.Call(definition, inputs);
    }

    private static async Task<(string File, string? Text)> ReadAsync(BlueprintSubmitInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        if (input.Text is null == input.Path is null) throw new FailureException("input.invalid", FailureKind.Permanent, "give exactly one of `path` and `text`");
        if (input.Text is { } text) return ($"{context.StepKey}.yaml", text);
        var path = input.Path!;
        return (path[(path.LastIndexOf('/') + 1)..], (await context.Target.ReadFileAsync(path, cancellationToken).ConfigureAwait(false))?.Text);
    }

    private static CompileBlueprint Compiler(ActivityContext context) =>
        context.Compile ?? throw new InvalidOperationException("the host gives activities no compiler");
}

internal sealed record BlueprintSubmitInput
{
    [Field("The blueprint's file on the target.", Format = "path")]
    public string? Path { get; init; }

    [Field("The blueprint's text, instead of `path`.", Format = "multiline")]
    public string? Text { get; init; }

    [Field("Inputs of the child run.")]
    public IReadOnlyDictionary<string, Value> With { get; init; } = new Dictionary<string, Value>();

    [Field("Inputs of the child run that are secret.")]
    public IReadOnlyDictionary<string, Secret> Secrets { get; init; } = new Dictionary<string, Secret>();
}

/// <summary>The engine adds the child's own outputs.</summary>
internal sealed record BlueprintSubmitOutput
{
    [Field("Id of the child run.")]
    public string RunId { get; init; } = "";
}
