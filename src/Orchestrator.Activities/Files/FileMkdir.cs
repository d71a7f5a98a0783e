using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>A folder.</summary>
[Activity("file.mkdir", Effect.Idempotent, "Make sure a folder exists, with its mode and owner.", HasUndo = true, Remarks = """
    Undo removes the folders this step made, as far as they are empty. Fails with `file.notAFolder` when a file stands in the way and `file.mkdirFailed` when the target
    refuses.
    """, Example = """
    - id: optvar
      uses: file.mkdir@1
      with: {path: /var/cache/containers/orchestrator, mode: "0750"}
      target: node
    """)]
internal sealed class FileMkdir : Activity<FileMkdir.Input, FileMkdir.Output>
{
    internal sealed record Input
    {
        [Field("Absolute path of the folder.", Format = "path")]
        public required string Path { get; init; }

        [Field("Permission bits in octal. Ignored when absent: 0755 for a new folder.", Pattern = "0?[0-7]{3,4}")]
        public string? Mode { get; init; }

        [Field("`user` or `user:group`. Ignored when absent.", MinLength = 1)]
        public string? Owner { get; init; }

        [Field("Whether folders above it are made too.")]
        public bool CreateFolders { get; init; } = true;
    }

    internal sealed record Output
    {
        [Field("The folder.")]
        public required string Path { get; init; }

        [Field("Folders this step made, topmost first; empty when it was there.")]
        public IReadOnlyList<string> Created { get; init; } = [];
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var found = await context.RunAsync(cancellationToken, "stat", "-L", "-c", "%a %F", "--", input.Path).ConfigureAwait(false);
        if (!found.Ok) return Check<Output>.Differs(new Change(input.Path, null, "new folder")) with { Intent = context.Intend is null ? null : await MissingAsync(input.Path, context, cancellationToken).ConfigureAwait(false) };
        var words = found.Output.Trim().Split(' ', 2);
        if (words[1] != "directory") throw new FailureException("file.notAFolder", FailureKind.Permanent, $"{input.Path} is a {words[1]}, not a folder");
        var changes = new List<Change>();
        var mode = FileState.ParseMode(words[0]);
        if (FileState.ParseMode(input.Mode) is { } wanted && wanted != mode) changes.Add(new Change($"{input.Path} mode", FileState.Octal(mode), FileState.Octal(wanted)));
        if (input.Owner is not null && await FileState.OwnerChangeAsync(context, input.Path, input.Owner, cancellationToken).ConfigureAwait(false) is { } owner) changes.Add(owner);
        return changes.Count == 0 ? Check<Output>.Satisfied(new Output { Path = input.Path }) : Check<Output>.Differs(changes);
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        // Prints each folder it makes, topmost first: mkdir -p would not say which were there.
        const string script = """
            set -eu
            path=$1 mode=$2 owner=$3 parents=$4
            make() {
              if [ -d "$1" ]; then return; fi
              above=$(dirname -- "$1")
              if [ ! -d "$above" ]; then
                if [ "$parents" != true ]; then echo "the folder $above does not exist and createFolders is false" >&2; exit 1; fi
                make "$above"
              fi
              # Someone else may have made it between the look and now: then it is there, and not ours.
              if mkdir -- "$1" 2>/dev/null; then chmod 0755 -- "$1"; printf '%s\n' "$1"; return; fi
              if [ ! -d "$1" ]; then mkdir -- "$1"; fi
            }
            make "$path"
            if [ -n "$owner" ]; then chown -- "$owner" "$path"; fi
            if [ -n "$mode" ]; then chmod -- "$mode" "$path"; fi
            """;
        // The function's `above` is shared by the recursion, which is right only because it is not read after it.
        var made = await context.ScriptAsync(script, [input.Path, input.Mode ?? "", input.Owner ?? "", input.CreateFolders ? "true" : "false"], cancellationToken).ConfigureAwait(false);
        made.OrFail("file.mkdirFailed", $"cannot make the folder {input.Path}");
        return Outcome<Output>.Changes(new Output { Path = input.Path, Created = made.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries) });
    }

    /// <summary>The folders that are not there, topmost first.</summary>
    private static async Task<MapValue> MissingAsync(string path, ActivityContext context, CancellationToken cancellationToken)
    {
        const string script = """
            path=$1 list=
            while [ ! -d "$path" ]; do
              list="$path
            $list"
              path=$(dirname -- "$path")
            done
            printf '%s' "$list"
            """;
        var missing = (await context.ScriptAsync(script, [path], cancellationToken).ConfigureAwait(false)).OrFail("file.mkdirFailed", $"cannot look for the folder {path}");
        return Value.Map(("created", Value.List(missing.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Value.Of))));
    }

    protected override async Task UndoAsync(Input input, Output output, ActivityContext context, CancellationToken cancellationToken)
    {
        foreach (var folder in output.Created.Reverse())
        {
            var removed = await context.RunAsync(cancellationToken, "rmdir", "--", folder).ConfigureAwait(false);
            if (removed.Ok) continue;
            context.Log($"kept {folder}: {removed.Error.Trim()}");
            return;
        }
    }
}
