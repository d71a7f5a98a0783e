using System.Security.Cryptography;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Files;

/// <summary>A whole file as it should be: what the activities that end in one file share.</summary>
/// <param name="Path">Absolute path on the target.</param>
/// <param name="Content">Its bytes. May be secret, so no message holds any of it.</param>
/// <param name="Mode">Permission bits; null = as they are.</param>
/// <param name="Owner">Owner; null = as it is.</param>
internal sealed record FileState(string Path, ReadOnlyMemory<byte> Content, int? Mode, string? Owner)
{
    public static int? ParseMode(string? mode) => mode is null ? null : Convert.ToInt32(mode, 8);

    /// <summary>What differs from the file as it is, in words that show no content.</summary>
    public async Task<IReadOnlyList<Change>> ChangesAsync(TargetFile? current, ActivityContext context, CancellationToken cancellationToken)
    {
        if (current is null) return [new Change(Path, null, $"new file, {Content.Length} bytes")];
        var changes = new List<Change>();
        if (!current.Content.Span.SequenceEqual(Content.Span)) changes.Add(new Change($"{Path} content", "other content", "new content"));
        if (Mode is { } mode && current.Attributes.Mode != mode) changes.Add(new Change($"{Path} mode", Octal(current.Attributes.Mode), Octal(mode)));
        if (Owner is not null && await OwnerChangeAsync(context, Path, Owner, cancellationToken).ConfigureAwait(false) is { } owner) changes.Add(owner);
        return changes;
    }

    public Task WriteAsync(ActivityContext context, CancellationToken cancellationToken) =>
        context.Target.WriteFileAsync(Path, Content, new FileAttributes(Mode, Owner), cancellationToken);

    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Content.Span));

    /// <summary>Compares names with names and numbers with numbers, as the owner is written.</summary>
    public static async Task<Change?> OwnerChangeAsync(ActivityContext context, string path, string owner, CancellationToken cancellationToken)
    {
        var found = await context.RunAsync(cancellationToken, "stat", "-c", "%U %u %G %g", "--", path).ConfigureAwait(false);
        var words = found.OrFail("file.unreadable", $"cannot read the owner of {path}").Output.Trim().Split(' ');
        var wanted = owner.Split(':', 2);
        var isSame = (wanted[0].Length == 0 || wanted[0] == words[0] || wanted[0] == words[1])
            && (wanted.Length < 2 || wanted[1].Length == 0 || wanted[1] == words[2] || wanted[1] == words[3]);
        return isSame ? null : new Change($"{path} owner", $"{words[0]}:{words[2]}", owner);
    }

    public static string? Octal(int? mode) => mode is { } bits ? "0" + Convert.ToString(bits, 8).PadLeft(3, '0') : null;

    public static FailureException Missing(string path) => new("file.notFound", FailureKind.Permanent, $"{path} does not exist on the target");
}
