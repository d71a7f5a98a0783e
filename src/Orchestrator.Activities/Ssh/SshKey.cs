using System.Globalization;
using System.Text;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Ssh;

[Activity(
    "ssh.key", Effect.Idempotent, "Make sure that the target has an SSH key pair without passphrase.",
    HasUndo = true,
    Remarks = """
        An existing key is kept as it is; when `privateKey` says that it shall be another, the step fails with `ssh.keyDiffers`. A new one is made on the target; its private
        half never leaves it. Failures: `ssh.notAKey`, `ssh.keyEncrypted`, `ssh.keyDiffers`, `ssh.keyFailed`. The undo removes a key that the step made.
        """,
    Example = """
        - id: deployKey
          target: node
          uses: ssh.key
          with:
            path: /root/.ssh/id_ed25519
            comment: deploy
        """)]
internal sealed class SshKey : Activity<SshKeyInput, SshKeyOutput>
{
    private static readonly int PrivateMode = Convert.ToInt32("600", 8);

    protected override async Task<Check<SshKeyOutput>> CheckAsync(SshKeyInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var given = input.PrivateKey is { } secret ? PrivateKeyText.Check(secret.Reveal()) : null;
        var found = await context.Target.ReadFileAsync(input.Path, cancellationToken).ConfigureAwait(false);
        if (found is null) return Check<SshKeyOutput>.Differs(new Change(input.Path, null, given is null ? $"a new {Name(input.Type)} key" : "the given key")) with { Intent = Value.Map(("made", Value.Of(true))) };
        var (publicKey, fingerprint) = await DescribeAsync(input.Path, context, cancellationToken).ConfigureAwait(false);
        if (given is not null && given != PrivateKeyText.Clean(found.Text))
            throw new FailureException("ssh.keyDiffers", FailureKind.Permanent, $"{input.Path} on {context.Target.Address} holds another key ({fingerprint}) than the given one; it is kept: remove it or choose another path");
        var written = await context.Target.ReadFileAsync(input.Path + ".pub", cancellationToken).ConfigureAwait(false);
        return written is null
            ? Check<SshKeyOutput>.Differs(new Change(input.Path + ".pub", null, "the public half"))
            : Check<SshKeyOutput>.Satisfied(new SshKeyOutput { PublicKey = publicKey, Fingerprint = fingerprint, Path = input.Path });
    }

    protected override async Task<Outcome<SshKeyOutput>> ApplyAsync(SshKeyInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var made = await context.Target.ReadFileAsync(input.Path, cancellationToken).ConfigureAwait(false) is null;
        if (made) await MakeAsync(input, context, cancellationToken).ConfigureAwait(false);
        var (publicKey, fingerprint) = await DescribeAsync(input.Path, context, cancellationToken).ConfigureAwait(false);
        await context.Target.WriteFileAsync(input.Path + ".pub", Encoding.UTF8.GetBytes(publicKey + "\n"), new FileAttributes(Owner: input.Owner), cancellationToken).ConfigureAwait(false);
        return Outcome<SshKeyOutput>.Changes(new SshKeyOutput { PublicKey = publicKey, Fingerprint = fingerprint, Path = input.Path, Made = made });
    }

    protected override async Task UndoAsync(SshKeyInput input, SshKeyOutput output, ActivityContext context, CancellationToken cancellationToken)
    {
        if (!output.Made) return;
        (await context.Target.RunAsync(new Command("rm", "-f", "--", input.Path, input.Path + ".pub"), cancellationToken).ConfigureAwait(false)).OrFail("ssh.keyFailed", $"cannot remove {input.Path}");
    }

    private static async Task MakeAsync(SshKeyInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var folder = input.Path[..Math.Max(1, input.Path.LastIndexOf('/'))];
        (await context.Target.RunAsync(new Command("mkdir", "-p", "-m", "700", "--", folder), cancellationToken).ConfigureAwait(false)).OrFail("ssh.keyFailed", $"cannot make {folder}");
        if (input.PrivateKey is { } secret)
        {
            var text = Encoding.UTF8.GetBytes(PrivateKeyText.Check(secret.Reveal()));
            await context.Target.WriteFileAsync(input.Path, text, new FileAttributes(PrivateMode, input.Owner), cancellationToken).ConfigureAwait(false);
            return;
        }

        List<string> command = ["ssh-keygen", "-q", "-t", Name(input.Type), "-N", "", "-C", input.Comment, "-f", input.Path];
        if (input.Type == SshKeyType.Rsa) command.AddRange(["-b", input.Bits.ToString(CultureInfo.InvariantCulture)]);
        (await context.Target.RunAsync(new Command(command), cancellationToken).ConfigureAwait(false)).OrFail("ssh.keyFailed", $"cannot make {input.Path} on {context.Target.Address}");
        if (input.Owner is { } owner)
            (await context.Target.RunAsync(new Command("chown", "--", owner, input.Path), cancellationToken).ConfigureAwait(false)).OrFail("ssh.keyFailed", $"cannot give {input.Path} to {owner}");
    }

    /// <summary>The public half, derived on the target from the private one. An empty passphrase is offered so that nothing ever asks.</summary>
    private static async Task<(string PublicKey, string Fingerprint)> DescribeAsync(string path, ActivityContext context, CancellationToken cancellationToken)
    {
        var derived = await context.Target.RunAsync(new Command("ssh-keygen", "-y", "-P", "", "-f", path), cancellationToken).ConfigureAwait(false);
        if (derived.Ok) return (derived.Output.Trim(), PrivateKeyText.Fingerprint(derived.Output.Trim()));
        var encrypted = derived.Error.Contains("passphrase", StringComparison.Ordinal);
        throw new FailureException(
            encrypted ? "ssh.keyEncrypted" : "ssh.notAKey", FailureKind.Permanent,
            $"{path} on {context.Target.Address} {(encrypted ? "is protected by a passphrase" : $"is no private key: {derived.Error.Trim()}")}");
    }

    private static string Name(SshKeyType type) => type == SshKeyType.Rsa ? "rsa" : "ed25519";
}
