using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;

namespace Orchestrator.Activities.Tests.Ssh;

public sealed class SshActivityTests : IDisposable
{
    private static readonly LocalTarget Here = new() { Name = "local" };
    private readonly TemporaryFolder _folder = new();

    private static ActivityContext Context => ActivityContexts.For(Here);

    public void Dispose() => _folder.Dispose();

    [LabFact("ssh-keygen")]
    public async Task Key_NewThenAgain_IsKeptAndUndoneOnlyByItsMaker()
    {
        foreach (var type in new[] { "ed25519", "rsa" })
        {
            var input = ActivityContexts.Input($$"""{'path': '{{_folder["keys/" + type]}}', 'type': '{{type}}', 'comment': 'me'}""");
            Assert.Equal(CheckState.Differs, (await Context.PlanAsync("ssh.key", input)).State);
            var made = await Context.RunAsync("ssh.key", input);
            Assert.True(made.Changed);
            Assert.Equal((await File.ReadAllTextAsync(_folder[$"keys/{type}.pub"])).Trim(), made.Output!.Get("publicKey")!.AsString());
            Assert.Contains(made.Output.Get("fingerprint")!.AsString()!, await Tool.RunAsync("ssh-keygen", "-lf", _folder["keys/" + type]), StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE", made.Output.ToString(), StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["keys/" + type]));

            var again = await Context.RunAsync("ssh.key", input);
            Assert.False(again.Changed);
            Assert.Equal(made.Output.Get("fingerprint"), again.Output!.Get("fingerprint"));
            await Context.UndoAsync("ssh.key", input, again);
            Assert.True(File.Exists(_folder["keys/" + type]));
            await Context.UndoAsync("ssh.key", input, made);
            Assert.False(File.Exists(_folder["keys/" + type]));
        }
    }

    [LabFact("ssh-keygen")]
    public async Task Key_FromSecret_IsInstalledAndNeverReplacesAnother()
    {
        var given = await NewKeyAsync("given");
        var input = Key("k", given.ReplaceLineEndings("\r\n").TrimEnd());
        var made = await Context.RunAsync("ssh.key", input);
        Assert.Equal(given, await File.ReadAllTextAsync(_folder["k"]));
        Assert.StartsWith(made.Output!.Get("publicKey")!.AsString()!, (await File.ReadAllTextAsync(_folder["given.pub"])).Trim(), StringComparison.Ordinal);
        Assert.False((await Context.RunAsync("ssh.key", input)).Changed);

        var failure = await Context.FailAsync("ssh.key", Key("k", await NewKeyAsync("other")));
        Assert.Equal("ssh.keyDiffers", failure.Code);
        Assert.Equal(given, await File.ReadAllTextAsync(_folder["k"]));
    }

    [LabFact("ssh-keygen")]
    public async Task Key_EncryptedOrNoKey_IsPermanentAndWritesNothing()
    {
        var encrypted = await NewKeyAsync("encrypted", "a passphrase");
        await Tool.RunAsync("ssh-keygen", "-q", "-t", "rsa", "-m", "PEM", "-N", "a passphrase", "-f", _folder["pem"]);
        foreach (var (text, code) in new[] { (encrypted, "ssh.keyEncrypted"), (await File.ReadAllTextAsync(_folder["pem"]), "ssh.keyEncrypted"), ("hush, no key", "ssh.notAKey"), (encrypted[..60], "ssh.notAKey") })
        {
            var failure = await Context.FailAsync("ssh.key", Key("k", text));
            Assert.Equal((code, FailureKind.Permanent), (failure.Code, failure.Kind));
            Assert.DoesNotContain("hush", failure.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder["k"]));
        }

        Assert.Equal("ssh.keyEncrypted", (await Context.FailAsync("ssh.key", ActivityContexts.Input($$"""{'path': '{{_folder["encrypted"]}}'}"""))).Code);
        await File.WriteAllTextAsync(_folder["junk"], "junk");
        Assert.Equal("ssh.notAKey", (await Context.FailAsync("ssh.key", ActivityContexts.Input($$"""{'path': '{{_folder["junk"]}}'}"""))).Code);
    }

    [LabFact("ssh-keygen")]
    public async Task Authorize_KeepsOtherLinesAndUndoTakesOnlyItsOwn()
    {
        await NewKeyAsync("a");
        await NewKeyAsync("b");
        var (a, b) = ((await File.ReadAllTextAsync(_folder["a.pub"])).Trim(), (await File.ReadAllTextAsync(_folder["b.pub"])).Trim());
        var before = $"# ours\nrestrict,command=\"x y\" {a.Replace("test", "renamed", StringComparison.Ordinal)}";
        await File.WriteAllTextAsync(_folder["authorized"], before);
        var input = Value.Map(("path", Value.Of(_folder["authorized"])), ("keys", Value.List(Value.Of(a), Value.Of(b))));

        var done = await Context.RunAsync("ssh.authorize", input);
        Assert.Equal($"{before}\n{b}\n", await File.ReadAllTextAsync(_folder["authorized"]));
        Assert.Equal(Value.List(Value.Of(b)), done.Output!.Get("added"));
        Assert.False((await Context.RunAsync("ssh.authorize", input)).Changed);
        await Context.UndoAsync("ssh.authorize", input, done);
        Assert.Equal($"{before}\n", await File.ReadAllTextAsync(_folder["authorized"]));

        await Context.RunAsync("ssh.authorize", input.With("keys", Value.List(Value.Of(b))).With("exclusive", Value.Of(true)));
        Assert.Equal($"# ours\n{b}\n", await File.ReadAllTextAsync(_folder["authorized"]));
        Assert.Equal("ssh.badPublicKey", (await Context.FailAsync("ssh.authorize", input.With("keys", Value.List(Value.Of("ssh-ed25519 x"))))).Code);
        Assert.Equal("ssh.userUnknown", (await Context.FailAsync("ssh.authorize", Value.Map(("user", Value.Of("no-such")), ("keys", Value.List(Value.Of(a)))))).Code);
    }

    [LabFact("sshd", "ssh", "ip")]
    public async Task Serve_StartsRestartsAndStops_AndWaitSeesIt()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        var context = ActivityContexts.For(new LocalTarget { Name = "node", NetworkNamespace = network.Path });
        var wait = ActivityContexts.Input("{'address': '127.0.0.1', 'port': 2222}");
        var waiting = await context.RunAsync("ssh.wait", wait);
        Assert.Equal(ActivityResultKind.Waiting, waiting.Kind);
        Assert.Contains("ssh on 127.0.0.1:2222: cannot connect", waiting.Reason, StringComparison.Ordinal);

        await NewKeyAsync("client");
        File.Copy(_folder["client.pub"], _folder["authorized"]);
        var input = ActivityContexts.Input($$"""{'port': 2222, 'folder': '{{_folder["sshd"]}}', 'authorizedKeysFile': '{{_folder["authorized"]}}'}""");
        var done = await context.RunAsync("ssh.serve", input);
        try
        {
            Assert.True(done.Changed);
            Assert.False((await context.RunAsync("ssh.serve", input)).Changed);
            Assert.StartsWith("SSH-2.0", (await context.RunAsync("ssh.wait", wait)).Output!.Get("banner")!.AsString(), StringComparison.Ordinal);
            await using var target = await BuiltinTargets.OpenAsync(
                "far", "ssh",
                Value.Map(
                    ("address", Value.Of("127.0.0.1")), ("port", Value.Of(2222)), ("hostKey", done.Output!.Get("hostKey")!),
                    ("key", new SecretValue(Secret.FromPlainText(await File.ReadAllTextAsync(_folder["client"])))),
                    ("jump", Value.Map(("local", Value.Map(("netns", Value.Of(network.Name))))))),
                default);
            // The folder of the keys is in /tmp, which sshd rightly refuses while it checks modes: logging in is tested with the lab's own server.
            var login = await Assert.ThrowsAsync<FailureException>(() => target.RunAsync(new Command("true"), default));
            Assert.Equal("target.auth", login.Failure.Code);

            var pid = await File.ReadAllTextAsync(_folder["sshd/sshd_config_2222.pid"]);
            var changed = input.With("permitUserEnvironment", Value.Of(true));
            Assert.True((await context.RunAsync("ssh.serve", changed)).Changed);
            Assert.NotEqual(pid, await File.ReadAllTextAsync(_folder["sshd/sshd_config_2222.pid"]));
            Assert.Equal("ssh.serveInvalid", (await context.FailAsync("ssh.serve", input.With("listen", Value.Of("nonsense address")))).Code);
            Assert.Equal(ActivityResultKind.Done, (await context.RunAsync("ssh.wait", wait)).Kind);
        }
        finally
        {
            await context.UndoAsync("ssh.serve", input, done);
        }

        Assert.Equal(ActivityResultKind.Waiting, (await context.RunAsync("ssh.wait", wait)).Kind);
    }

    [LabFact("sshd", "ssh")]
    public async Task Wait_Login_WaitsForTheKeyAndFailsOnAnotherHost()
    {
        await using var server = await SshServer.StartAsync();
        var allowed = await File.ReadAllTextAsync(server.AuthorizedKeysFile);
        await File.WriteAllTextAsync(server.AuthorizedKeysFile, "");
        await using var target = await Targets.SshTargetTests.OpenAsync(server);
        var context = Context with { OpenTarget = (_, _) => Task.FromResult(target) };
        var input = ActivityContexts.Input("{'login': 'node'}");
        Assert.StartsWith($"login on root@127.0.0.1:{server.Port}: ", (await context.RunAsync("ssh.wait", input)).Reason, StringComparison.Ordinal);
        await File.WriteAllTextAsync(server.AuthorizedKeysFile, allowed);
        Assert.Equal(ActivityResultKind.Done, (await context.RunAsync("ssh.wait", input)).Kind);
    }

    private MapValue Key(string name, string text) => Value.Map(("path", Value.Of(_folder[name])), ("privateKey", new SecretValue(Secret.FromPlainText(text))));

    private async Task<string> NewKeyAsync(string name, string passphrase = "")
    {
        await Tool.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", _folder[name]);
        return await File.ReadAllTextAsync(_folder[name]);
    }
}
