using System.Security.Cryptography;
using System.Text;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Blueprints;

/// <summary>Rendering is pure, so the check foretells the whole output.</summary>
[Activity("blueprint.render", Effect.Idempotent, "Render a blueprint from a template or a value, check that it compiles, and write it to a file.", HasUndo = true, Remarks = """
    Give one of `template`, `templateFile` and `content`. In a template `{{name}}` stands for a whole value of `values` (`{{a.b}}` for one inside a map) and is written
    quoted, so that no value can add a key or an expression. `${{ … }}` in a template file stays for the rendered blueprint; in `template`, where it would be evaluated
    by this blueprint, write `@{{ … }}` instead. `\{{` is a plain `{{`.

    Secrets never get into the text. `secrets` takes them by name and writes their references, which only `store:`, `env:`, `file:` and `vault:` secrets have.

    | code | cause |
    |---|---|
    | `blueprint.invalid` | the result does not compile; every diagnostic is in the message |
    | `blueprint.template` | a placeholder has no value or is not a whole value; a value holds an expression |
    | `blueprint.secret` | a secret without a reference, or among `values` |
    """, Example = """
    - id: networkBlueprint
      uses: blueprint.render
      target: node
      with:
        path: /var/lib/cluster/blueprints/network.yaml
        template: |
          blueprint: network
          vars:
            owner: {{owner}}
          steps:
            - id: hello
              uses: notify.send
              with:
                text: network of @{{ vars.owner }}
        values:
          owner: ${{ inputs.name }}
    """)]
internal sealed class BlueprintRender : Activity<BlueprintRenderInput, BlueprintRenderOutput>
{
    private static readonly Model.Targets.FileAttributes Default = new();

    protected override async Task<Check<BlueprintRenderOutput>> CheckAsync(BlueprintRenderInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var output = Render(input, context);
        if (input.Path is not { } path) return Check<BlueprintRenderOutput>.Satisfied(output);
        var file = await context.Target.ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
        return file?.Text == output.Text
            ? Check<BlueprintRenderOutput>.Satisfied(output)
            : new Check<BlueprintRenderOutput>(CheckState.Differs, output, [new Change(path, file is null ? null : "other content", $"blueprint, SHA-256 {output.Hash[..12]}…")], null) { Intent = Value.Map(("created", Value.Of(file is null))) };
    }

    protected override async Task<Outcome<BlueprintRenderOutput>> ApplyAsync(BlueprintRenderInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var output = Render(input, context);
        var path = input.Path!; // without one the check is satisfied
        var created = await context.Target.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is null;
        var folder = path[..Math.Max(1, path.LastIndexOf('/'))];
        (await context.Target.RunAsync(new Model.Targets.Command("mkdir", "-p", "--", folder), cancellationToken).ConfigureAwait(false)).OrFail("blueprint.write", $"make {folder}");
        await context.Target.WriteFileAsync(path, Encoding.UTF8.GetBytes(output.Text), Default, cancellationToken).ConfigureAwait(false);
        return Outcome<BlueprintRenderOutput>.Changes(output with { Created = created });
    }

    /// <summary>Removes the file it made, unless someone has changed it since. A file that was there before stays as it is: only file.write keeps what it replaces.</summary>
    protected override async Task UndoAsync(BlueprintRenderInput input, BlueprintRenderOutput output, ActivityContext context, CancellationToken cancellationToken)
    {
        if (!output.Created || input.Path is not { } path) return;
        if ((await context.Target.ReadFileAsync(path, cancellationToken).ConfigureAwait(false))?.Text != output.Text) return;
        (await context.Target.RunAsync(new Model.Targets.Command("rm", "-f", "--", path), cancellationToken).ConfigureAwait(false)).OrFail("blueprint.write", $"remove {path}");
    }

    private static BlueprintRenderOutput Render(BlueprintRenderInput input, ActivityContext context)
    {
        var text = Text(input);
        var file = input.Path is { } path ? path[(path.LastIndexOf('/') + 1)..] : "rendered.yaml";
        if (input.Compile && context.Compile is { } compile) CompiledBlueprint.Require(compile, file, text);
        return new BlueprintRenderOutput { Path = input.Path, Text = text, Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) };
    }

    private static string Text(BlueprintRenderInput input)
    {
        if (new object?[] { input.Template, input.TemplateFile, input.Content }.Count(source => source is not null) != 1)
            throw new FailureException("input.invalid", FailureKind.Permanent, "give exactly one of `template`, `templateFile` and `content`");
        if (input.Content is { } content)
        {
            BlueprintTemplate.RequirePlain(content, "content");
            return YamlText.Document(content);
        }

        var values = Value.Map(input.Values.Select(value => (value.Key, value.Value)));
        foreach (var (name, secret) in input.Secrets) values = values.With(name, Value.Of(Reference(name, secret)));
        return BlueprintTemplate.Render(input.Template ?? Read(input.TemplateFile!), values);
    }

    private static string Reference(string name, Secret secret) =>
        secret.Reference.Split(':', 2) is ["store" or "env" or "file" or "vault", _]
            ? secret.Reference
            : throw new FailureException("blueprint.secret", FailureKind.Permanent, $"secret `{name}` has no reference that another run could resolve: pass it to the run with the `secrets` of blueprint.submit");

    private static string Read(string file)
    {
        using var reader = new StreamReader(LocalSource.Open(file));
        return reader.ReadToEnd();
    }
}

internal sealed record BlueprintRenderInput
{
    [Field("File on the target to write; its folder is made when missing. Absent = only `text` is given.", Format = "path")]
    public string? Path { get; init; }

    [Field("Template text.", Format = "multiline")]
    public string? Template { get; init; }

    [Field("Template file on the machine the engine runs on.")]
    public string? TemplateFile { get; init; }

    [Field("The blueprint as a value, written as YAML. Texts in it are plain texts, never expressions.")]
    public Value? Content { get; init; }

    [Field("What placeholders mean.")]
    public IReadOnlyDictionary<string, Value> Values { get; init; } = new Dictionary<string, Value>();

    [Field("Placeholders that become the references of these secrets, as `secrets` of a blueprint takes them.")]
    public IReadOnlyDictionary<string, Secret> Secrets { get; init; } = new Dictionary<string, Secret>();

    [Field("True = a result that does not compile fails the step, before anything is written.")]
    public bool Compile { get; init; } = true;
}

internal sealed record BlueprintRenderOutput
{
    [Field("The file; null when none was asked for.")]
    public string? Path { get; init; }

    [Field("The text.")]
    public string Text { get; init; } = "";

    [Field("SHA-256 of the text, lower-case hex.")]
    public string Hash { get; init; } = "";

    [Field("True when this step made the file.")]
    public bool Created { get; init; }
}
