using System.Text;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>A whole file with given content.</summary>
[Activity("file.write", Effect.Idempotent, "Make sure a file has exactly this content, mode and owner.", HasUndo = true, Remarks = """
    The file is replaced atomically. The content may be a secret and is never shown, also not as a difference. Undo puts the file back as it was: the old one is kept in the
    target's state folder (`backups/`, mode 0600) from the first change until then.
    """, Example = """
    - id: motd
      uses: file.write@1
      with:
        path: /srv/app/token
        content: ${{ secrets.token }}
        mode: "0600"
      target: node
    """)]
internal sealed class FileWrite : Activity<FileWrite.Input, WrittenFile>
{
    internal sealed record Input
    {
        [Field("Absolute path of the file.", Format = "path")]
        public required string Path { get; init; }

        [Field("The whole content, as UTF-8. May be a secret.", Format = "multiline")]
        public required Secret Content { get; init; }

        [Field("Permission bits in octal. When absent: 0644 for a new file, unchanged for an old one.", Pattern = "0?[0-7]{3,4}")]
        public string? Mode { get; init; }

        [Field("`user` or `user:group`. When absent: unchanged.", MinLength = 1)]
        public string? Owner { get; init; }

        [Field("Whether missing folders above it are made, with mode 0755.")]
        public bool CreateFolders { get; init; }
    }

    protected override Task<Check<WrittenFile>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken) =>
        FileChange.CheckAsync(Wanted(input), context, cancellationToken);

    protected override Task<Outcome<WrittenFile>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken) =>
        FileChange.ApplyAsync(Wanted(input), input.CreateFolders, context, cancellationToken);

    protected override Task UndoAsync(Input input, WrittenFile output, ActivityContext context, CancellationToken cancellationToken) =>
        FileChange.UndoAsync(output, context, cancellationToken);

    private static FileState Wanted(Input input) =>
        new(input.Path, Encoding.UTF8.GetBytes(input.Content.Reveal()), FileState.ParseMode(input.Mode), input.Owner);
}
