using System.Security.Cryptography;
using System.Text;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>The output of the activities that write one file.</summary>
internal sealed record WrittenFile
{
    [Field("The file.", Format = "path")]
    public required string Path { get; init; }

    [Field("True when this step made the file; false when it was there before.")]
    public bool Created { get; init; }

    [Field("Where the target keeps the file as it was before; null when there was none or nothing changed.", Format = "path")]
    public string? Backup { get; init; }
}

/// <summary>Checks, writes and restores one file.</summary>
internal static class FileChange
{
    public static async Task<Check<WrittenFile>> CheckAsync(FileState wanted, ActivityContext context, CancellationToken cancellationToken)
    {
        var current = await context.Target.ReadFileAsync(wanted.Path, cancellationToken).ConfigureAwait(false);
        var changes = await wanted.ChangesAsync(current, context, cancellationToken).ConfigureAwait(false);
        if (changes.Count == 0) return Check<WrittenFile>.Satisfied(new WrittenFile { Path = wanted.Path });
        return Check<WrittenFile>.Differs(changes) with { Intent = context.Intend is null ? null : await IntentAsync(wanted.Path, current is null, context, cancellationToken).ConfigureAwait(false) };
    }

    public static async Task<Outcome<WrittenFile>> ApplyAsync(FileState wanted, bool createFolders, ActivityContext context, CancellationToken cancellationToken)
    {
        // The first attempt keeps the old file; a later one finds the copy and leaves it, or it would keep its own half-done work.
        const string script = Shell.State + """
            path=$1 copy="$state/backups/$2"
            if [ "$3" = true ]; then (umask 022; mkdir -p -- "$(dirname -- "$path")") || exit 1; fi
            if [ -e "$copy" ] || [ -e "$copy.none" ]; then :
            elif [ -e "$path" ]; then mkdir -p "$state/backups" && cp -p -- "$path" "$copy.part" && chmod 600 "$copy.part" && stat -c '%a %u:%g' -- "$path" >"$copy.attributes" && mv "$copy.part" "$copy" || exit 1
            else mkdir -p "$state/backups" && : >"$copy.none" || exit 1; fi
            if [ -e "$copy" ]; then printf '%s' "$copy"; fi
            find "$state/backups" -type f -mtime +30 -exec rm -f {} +
            """;
        var kept = await context.ScriptAsync(script, [wanted.Path, CopyName(wanted.Path, context), createFolders ? "true" : "false"], cancellationToken).ConfigureAwait(false);
        var backup = kept.OrFail("file.notWritable", $"cannot prepare writing {wanted.Path}").Output.Trim();
        await wanted.WriteAsync(context, cancellationToken).ConfigureAwait(false);
        return Outcome<WrittenFile>.Changes(new WrittenFile { Path = wanted.Path, Created = backup.Length == 0, Backup = backup.Length == 0 ? null : backup });
    }

    public static async Task UndoAsync(WrittenFile output, ActivityContext context, CancellationToken cancellationToken)
    {
        const string restore = """
            set -eu
            if [ ! -e "$2" ]; then exit 0; fi
            read -r mode owner <"$2.attributes"
            cp -- "$2" "$1.restoring"; chown "$owner" "$1.restoring"; chmod "$mode" "$1.restoring"; mv -- "$1.restoring" "$1"
            rm -f -- "$2" "$2.attributes"
            """;
        var undone = output switch
        {
            { Backup: { } backup } => await context.ScriptAsync(restore, [output.Path, backup], cancellationToken).ConfigureAwait(false),
            { Created: true } => await context.RunAsync(cancellationToken, "rm", "-f", "--", output.Path).ConfigureAwait(false),
            _ => null,
        };
        undone?.OrFail("file.notRestored", $"cannot put {output.Path} back as it was");
    }

    /// <summary>What the undo must know: whether the file was there, and where the old one will be kept.</summary>
    private static async Task<MapValue> IntentAsync(string path, bool isNew, ActivityContext context, CancellationToken cancellationToken)
    {
        if (isNew) return Value.Map(("path", Value.Of(path)), ("created", Value.Of(true)));
        var place = await context.ScriptAsync(Shell.State + """printf '%s' "$state/backups/$1" """, [CopyName(path, context)], cancellationToken).ConfigureAwait(false);
        var copy = place.OrFail("file.notWritable", $"cannot prepare writing {path}").Output.Trim();
        return Value.Map(("path", Value.Of(path)), ("created", Value.Of(false)), ("backup", Value.Of(copy)));
    }

    private static string CopyName(string path, ActivityContext context) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{context.IdempotencyKey}\n{path}")))[..32];
}
