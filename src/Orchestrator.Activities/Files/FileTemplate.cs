using System.Text;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>A file made from a template.</summary>
[Activity("file.template", Effect.Idempotent, "Make sure a file holds a template with its placeholders filled in.", HasUndo = true, Remarks = """
    `{{name}}` is replaced by `values.name` (or `secrets.name`), `{{a.b}}` by a value inside a map; `\{{` is a plain `{{`. There is no logic. A placeholder without a value
    fails with `file.template` and its line, before anything is written. Undo puts the file back as it was.
    """, Example = """
    - id: unit
      uses: file.template@1
      with:
        path: /srv/app/app.conf
        template: |
          listen {{address}}
          token {{token}}
        values: {address: 127.0.0.1}
        secrets: {token: "${{ secrets.token }}"}
      target: node
    """)]
internal sealed class FileTemplate : Activity<FileTemplate.Input, WrittenFile>
{
    internal sealed record Input
    {
        [Field("Absolute path of the file to write.", Format = "path")]
        public required string Path { get; init; }

        [Field("The template itself. Either this or `source`.", Format = "multiline")]
        public string? Template { get; init; }

        [Field("Absolute path of the template on the target. Either this or `template`.", Format = "path")]
        public string? Source { get; init; }

        [Field("What the placeholders mean: text, numbers, booleans, or maps of them.")]
        public IReadOnlyDictionary<string, Value> Values { get; init; } = new Dictionary<string, Value>();

        [Field("Further placeholders whose values may be secret.")]
        public IReadOnlyDictionary<string, Secret> Secrets { get; init; } = new Dictionary<string, Secret>();

        [Field("Permission bits in octal. When absent: 0644 for a new file, unchanged for an old one.", Pattern = "0?[0-7]{3,4}")]
        public string? Mode { get; init; }

        [Field("`user` or `user:group`. When absent: unchanged.", MinLength = 1)]
        public string? Owner { get; init; }

        [Field("Whether missing folders above it are made, with mode 0755.")]
        public bool CreateFolders { get; init; }
    }

    protected override async Task<Check<WrittenFile>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken) =>
        await FileChange.CheckAsync(await WantedAsync(input, context, cancellationToken).ConfigureAwait(false), context, cancellationToken).ConfigureAwait(false);

    protected override async Task<Outcome<WrittenFile>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken) =>
        await FileChange.ApplyAsync(await WantedAsync(input, context, cancellationToken).ConfigureAwait(false), input.CreateFolders, context, cancellationToken).ConfigureAwait(false);

    protected override Task UndoAsync(Input input, WrittenFile output, ActivityContext context, CancellationToken cancellationToken) =>
        FileChange.UndoAsync(output, context, cancellationToken);

    private static async Task<FileState> WantedAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        if (input.Template is null == input.Source is null)
            throw new FailureException("input.invalid", FailureKind.Permanent, "give either `template` or `source`, and not both");
        var template = input.Template
            ?? (await context.Target.ReadFileAsync(input.Source!, cancellationToken).ConfigureAwait(false) ?? throw FileState.Missing(input.Source!)).Text;
        var values = Value.Map([
            .. input.Values.Select(entry => (entry.Key, entry.Value)), .. input.Secrets.Select(entry => (entry.Key, (Value)new SecretValue(entry.Value)))]);
        var text = TemplateText.Fill(template, values, input.Source ?? "the template");
        return new FileState(input.Path, Encoding.UTF8.GetBytes(text), FileState.ParseMode(input.Mode), input.Owner);
    }
}
