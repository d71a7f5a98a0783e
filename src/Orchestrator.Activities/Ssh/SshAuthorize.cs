using System.Text;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Ssh;

[Activity(
    "ssh.authorize", Effect.Idempotent, "Make sure that SSH keys may log in as a user.",
    HasUndo = true,
    Remarks = """
        A key that is in the file already, with whatever options or comment, is left as it is. Other lines are kept byte for byte unless `exclusive` is set. The file gets
        mode 600 and the user as owner, its folder 700. Failures: `ssh.userUnknown`, `ssh.badPublicKey`, `ssh.authorizeFailed`. The undo removes the lines that the step added.
        """,
    Example = """
        - id: letIn
          target: node
          uses: ssh.authorize
          with:
            user: root
            keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy admin"]
        """)]
internal sealed class SshAuthorize : Activity<SshAuthorizeInput, SshAuthorizeOutput>
{
    private static readonly int FileMode = Convert.ToInt32("600", 8);

    protected override async Task<Check<SshAuthorizeOutput>> CheckAsync(SshAuthorizeInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var (path, owner) = await PlaceAsync(input, context.Target, cancellationToken).ConfigureAwait(false);
        var file = await context.Target.ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
        var (_, added, removed) = AuthorizedKeys.Merge(file?.Text ?? "", input.Keys, input.Exclusive);
        List<Change> changes = [.. added.Select(key => new Change(path, null, AuthorizedKeys.Short(key))), .. removed.Select(key => new Change(path, AuthorizedKeys.Short(key), null))];
        if (file is not null && file.Attributes.Mode != FileMode) changes.Add(new Change($"mode of {path}", Convert.ToString(file.Attributes.Mode ?? 0, 8), "600"));
        if (file is not null && owner is not null && file.Attributes.Owner?.Split(':')[0] != input.User) changes.Add(new Change($"owner of {path}", file.Attributes.Owner, owner));
        return changes.Count == 0 ? Check<SshAuthorizeOutput>.Satisfied(new SshAuthorizeOutput { Path = path }) : Check<SshAuthorizeOutput>.Differs(changes) with { Intent = Value.Map(("added", Value.List(added.Select(Value.Of)))) };
    }

    protected override async Task<Outcome<SshAuthorizeOutput>> ApplyAsync(SshAuthorizeInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var (path, owner) = await PlaceAsync(input, context.Target, cancellationToken).ConfigureAwait(false);
        var folder = path[..Math.Max(1, path.LastIndexOf('/'))];
        if (!(await context.Target.RunAsync(new Command("test", "-d", folder), cancellationToken).ConfigureAwait(false)).Ok)
        {
            (await context.Target.RunAsync(new Command("mkdir", "-m", "700", "--", folder), cancellationToken).ConfigureAwait(false)).OrFail("ssh.authorizeFailed", $"cannot make {folder}");
            if (owner is not null) (await context.Target.RunAsync(new Command("chown", "--", owner, folder), cancellationToken).ConfigureAwait(false)).OrFail("ssh.authorizeFailed", $"cannot give {folder} to {owner}");
        }

        var before = (await context.Target.ReadFileAsync(path, cancellationToken).ConfigureAwait(false))?.Text ?? "";
        var (text, added, _) = AuthorizedKeys.Merge(before, input.Keys, input.Exclusive);
        await context.Target.WriteFileAsync(path, Encoding.UTF8.GetBytes(text), new FileAttributes(FileMode, owner), cancellationToken).ConfigureAwait(false);
        return Outcome<SshAuthorizeOutput>.Changes(new SshAuthorizeOutput { Path = path, Added = added });
    }

    protected override async Task UndoAsync(SshAuthorizeInput input, SshAuthorizeOutput output, ActivityContext context, CancellationToken cancellationToken)
    {
        if (await context.Target.ReadFileAsync(output.Path, cancellationToken).ConfigureAwait(false) is not { } file) return;
        var text = AuthorizedKeys.Without(file.Text, output.Added);
        if (text != file.Text) await context.Target.WriteFileAsync(output.Path, Encoding.UTF8.GetBytes(text), new FileAttributes(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The file, and its owner by user name and group number.</summary>
    private static async Task<(string Path, string? Owner)> PlaceAsync(SshAuthorizeInput input, Target target, CancellationToken cancellationToken)
    {
        if (input.Path is { } path) return (path, null);
        var users = await target.ReadFileAsync("/etc/passwd", cancellationToken).ConfigureAwait(false);
        var fields = users?.Text.Split('\n').Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 5 && fields[0] == input.User)
            ?? throw new FailureException("ssh.userUnknown", FailureKind.Permanent, $"there is no user `{input.User}` on {target.Address}");
        return ($"{fields[5].TrimEnd('/')}/.ssh/authorized_keys", $"{input.User}:{fields[3]}");
    }
}

/// <summary>Who may log in where.</summary>
public sealed record SshAuthorizeInput
{
    /// <summary>User.</summary>
    [Field("The user to log in as; ignored with `path`.", MinLength = 1)]
    public string User { get; init; } = "root";

    /// <summary>Path.</summary>
    [Field("The file of keys; absent = `.ssh/authorized_keys` in the user's home. With it the owner is not touched.", Format = "path")]
    public string? Path { get; init; }

    /// <summary>Keys.</summary>
    [Field("Public keys, one line each, with options in front if wanted.", MinLength = 1)]
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Exclusive.</summary>
    [Field("True = every other key is removed (comments stay). The undo does not bring them back.")]
    public bool Exclusive { get; init; }
}

/// <summary>What was done.</summary>
public sealed record SshAuthorizeOutput
{
    /// <summary>Path.</summary>
    [Field("The file of keys.")]
    public string Path { get; init; } = "";

    /// <summary>Added.</summary>
    [Field("The lines that this step added.")]
    public IReadOnlyList<string> Added { get; init; } = [];
}
