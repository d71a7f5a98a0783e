using System.Text;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>Some keys of a configuration file.</summary>
[Activity("file.merge", Effect.Idempotent, "Make sure a TOML, JSON, YAML or INI file holds these values and keep the rest of it.", HasUndo = true, Remarks = """
    Maps are merged key by key; any other value replaces the old one; `null` removes the key. Keys not named, comments and order survive byte for byte in TOML, YAML and INI;
    JSON keeps keys, order and indentation. A missing file is made. A broken file fails with `file.syntax` and the line, a value where a table is needed (or the other way
    round) with `file.conflict`; in both cases the file is unchanged. Undo puts the file back as it was.
    """, Example = """
    - id: ays
      uses: file.merge@1
      with:
        path: /optvar/cfg/jumpscale9.toml
        format: toml
        values:
          ays: {production: true}
        secrets: {ays.oauth.jwt_key: "${{ secrets.token }}"}
      target: node
    """)]
internal sealed class FileMerge : Activity<FileMerge.Input, WrittenFile>
{
    internal sealed record Input
    {
        [Field("Absolute path of the file.", Format = "path")]
        public required string Path { get; init; }

        [Field("How the file is written.")]
        public required FileFormat Format { get; init; }

        [Field("The values that must be in the file, as nested maps.")]
        public IReadOnlyDictionary<string, Value> Values { get; init; } = new Dictionary<string, Value>();

        [Field("Further values that may be secret: a path with dots, for example `ays.oauth.key`, to its text.")]
        public IReadOnlyDictionary<string, Secret> Secrets { get; init; } = new Dictionary<string, Secret>();

        [Field("Permission bits in octal. When absent: 0644 for a new file, unchanged for an old one.", Pattern = "0?[0-7]{3,4}")]
        public string? Mode { get; init; }

        [Field("`user` or `user:group`. When absent: unchanged.", MinLength = 1)]
        public string? Owner { get; init; }

        [Field("Whether missing folders above it are made, with mode 0755.")]
        public bool CreateFolders { get; init; }
    }

    /// <summary>The formats.</summary>
    internal enum FileFormat
    {
        /// <summary>TOML 1.0.</summary>
        Toml,

        /// <summary>JSON.</summary>
        Json,

        /// <summary>YAML 1.2.</summary>
        Yaml,

        /// <summary>Sections with <c>key = value</c>.</summary>
        Ini,
    }

    protected override async Task<Check<WrittenFile>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken) =>
        await FileChange.CheckAsync(await WantedAsync(input, context, cancellationToken).ConfigureAwait(false), context, cancellationToken).ConfigureAwait(false);

    protected override async Task<Outcome<WrittenFile>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken) =>
        await FileChange.ApplyAsync(await WantedAsync(input, context, cancellationToken).ConfigureAwait(false), input.CreateFolders, context, cancellationToken).ConfigureAwait(false);

    protected override Task UndoAsync(Input input, WrittenFile output, ActivityContext context, CancellationToken cancellationToken) =>
        FileChange.UndoAsync(output, context, cancellationToken);

    /// <summary>The text with the values in it; what it means is checked by reading it again, so an edit that went wrong never reaches the file.</summary>
    internal static string Merge(FileFormat format, string text, MapValue values)
    {
        Func<string, MapValue> parse = format switch
        {
            FileFormat.Toml => static text => (MapValue)TomlParser.Parse(text).ToValue(),
            FileFormat.Json => JsonMerge.Parse,
            FileFormat.Yaml => YamlMerge.Parse,
            _ => IniMerge.Parse,
        };
        var expected = format == FileFormat.Ini ? null : MergedValues.Of(parse(text), values);
        var merged = format switch
        {
            FileFormat.Toml => TomlMerge.Merge(text, values),
            FileFormat.Json => JsonMerge.Merge(text, values),
            FileFormat.Yaml => YamlMerge.Merge(text, values),
            _ => IniMerge.Merge(text, values),
        };
        var found = parse(merged);
        if (expected is not null && !found.Equals(expected)) throw new MergeException(1, "the values cannot be put into this file without rewriting it", isConflict: true);
        return merged;
    }

    private static async Task<FileState> WantedAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var current = await context.Target.ReadFileAsync(input.Path, cancellationToken).ConfigureAwait(false);
        var values = input.Secrets.Aggregate(
            Value.Map(input.Values.Select(entry => (entry.Key, entry.Value))),
            (map, secret) => MergedValues.With(map, secret.Key.Split('.'), new SecretValue(secret.Value)));
        try
        {
            var text = Merge(input.Format, current?.Text ?? "", (MapValue)MergedValues.Plain(values));
            return new FileState(input.Path, Encoding.UTF8.GetBytes(text), FileState.ParseMode(input.Mode), input.Owner);
        }
        catch (MergeException problem)
        {
            throw new FailureException(new Failure(
                problem.IsConflict ? "file.conflict" : "file.syntax", FailureKind.Permanent, $"{input.Path} line {problem.Line}: {problem.Problem}; the file is unchanged",
                Value.Map(("line", Value.Of(problem.Line)))));
        }
    }
}
