using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Tests.Targets;

/// <summary>One server for the tests that do not break it.</summary>
public sealed class SharedSshServer : IAsyncLifetime
{
    public SshServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (LabFactAttribute.Missing("sshd", "ssh", "ssh-keygen") is null) Server = await SshServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }
}

public sealed class SshTargetTests(SharedSshServer shared) : IClassFixture<SharedSshServer>, IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Target _target = null!;

    public static async Task<Target> OpenAsync(SshServer server, params (string Key, Value Value)[] more) =>
        await BuiltinTargets.OpenAsync("node", "ssh", Value.Map([.. Settings(server).Entries.Select(entry => (entry.Key, entry.Value)), .. more]), default);

    public static MapValue Settings(SshServer server) => Value.Map(
        ("address", Value.Of(server.Address)), ("port", Value.Of(server.Port)), ("hostKey", Value.Of(server.HostKey)),
        ("key", new SecretValue(Secret.FromPlainText(server.Key))));

    public async Task InitializeAsync()
    {
        if (shared.Server is not null) _target = await OpenAsync(shared.Server);
    }

    public async Task DisposeAsync()
    {
        if (_target is not null) await _target.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [LabFact("sshd", "ssh")]
    public async Task Run_ArgumentsEnvironmentStdinFolder_ReachTheProgramUnchanged()
    {
        string[] arguments = ["a b", "$HOME", "'\"\\", "", "line\nbreak", "--", "*", "é", "~", "!x"];
        var printed = await _target.RunAsync(new Command(["printf", "%s|", .. arguments]), default);
        Assert.Equal(string.Join('|', arguments) + "|", printed.Output);

        var command = new Command("sh", "-c", "cat; printf ' %s %s' \"$WORD\" \"$PWD\"")
        {
            Environment = new Dictionary<string, string> { ["WORD"] = "two 'words'\non $lines\\" }, StandardInput = "in\n"u8.ToArray(), WorkingDirectory = _folder.Path,
        };
        Assert.Equal($"in\n two 'words'\non $lines\\ {_folder.Path}", (await _target.RunAsync(command, default)).Output);
    }

    [Fact]
    public void Quote_AnyText_ReadsBackUnchanged()
    {
        // Any text at all, but for the NUL that no argument can hold; lone surrogates have no UTF-8 form.
        var texts = ArbMap.Default.ArbFor<NonNull<string>>().Generator.Select(text => text.Get.Replace("\0", "", StringComparison.Ordinal))
            .Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))).ArrayOf().Select(list => list.Take(20).ToArray());
        Prop.ForAll(texts.ToArbitrary(), list =>
        {
            var line = $"printf '%s\\0' {PosixShell.Quote(["x", .. list])}";
            var result = LocalProcess.RunAsync(new Command("sh", "-c", line), default).GetAwaiter().GetResult();
            return result.Output == string.Concat(list.Prepend("x").Select(text => text + "\0"));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [LabFact("sshd", "ssh")]
    public async Task Run_Secrets_AreInNoArgumentVector()
    {
        var command = new Command("sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '")
        {
            Environment = new Dictionary<string, string> { ["TOKEN"] = "hush-environment" }, StandardInput = "hush-stdin"u8.ToArray(),
        };
        var result = await _target.RunAsync(command, default);
        Assert.Contains("cat /proc", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("OPENSSH PRIVATE KEY", result.Output, StringComparison.Ordinal);
    }

    [LabFact("sshd", "ssh")]
    public async Task Run_ExitCodes_AreTheProgramsOwn()
    {
        foreach (var code in new[] { 0, 7, 254, 255 })
        {
            var result = await _target.RunAsync(new Command("sh", "-c", $"printf out; printf err >&2; exit {code}"), default);
            Assert.Equal((code, "out", "err"), (result.ExitCode, result.Output, result.Error));
        }

        var killed = await _target.RunAsync(new Command("sh", "-c", "kill -KILL $$"), default);
        Assert.Equal(137, killed.ExitCode);
        var missing = await _target.RunAsync(new Command("no-such-program"), default);
        Assert.Equal(127, missing.ExitCode);
        Assert.Contains("no-such-program", missing.Error, StringComparison.Ordinal);
        var folder = await Assert.ThrowsAsync<FailureException>(() => _target.RunAsync(new Command("true") { WorkingDirectory = "/no/such" }, default));
        Assert.Equal("command.folderMissing", folder.Failure.Code);
    }

    [LabFact("sshd", "ssh")]
    public async Task Run_Lines_ComeWithoutTheWrappersOwn()
    {
        var lines = new ConcurrentQueue<string>();
        await _target.RunAsync(new Command("sh", "-c", "echo one; echo two >&2; exit 255") { OnLine = lines.Enqueue }, default);
        Assert.Equal(["", "one", "two"], lines.Order(StringComparer.Ordinal));
    }

    [LabFact("sshd", "ssh")]
    public async Task Run_Cancelled_EndsTheWholeGroupThere()
    {
        using var stop = new CancellationTokenSource();
        var pids = new ConcurrentQueue<int>();
        var script = "trap '' TERM; echo $$; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done'; :";
        var running = _target.RunAsync(
            new Command("sh", "-c", script)
            {
                OnLine = line =>
                {
                    pids.Enqueue(int.Parse(line, CultureInfo.InvariantCulture));
                    if (pids.Count == 2) stop.Cancel();
                },
            },
            stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Eventually.TrueAsync(() => Task.FromResult(!pids.Any(LocalTargetTests.IsAlive)));
    }

    [LabFact("sshd", "ssh", "su")]
    public async Task Run_AsUser_HasItsIdentityAndEnvironment()
    {
        var command = new Command("sh", "-c", "id -un; echo $HOME; echo $WORD; echo \"$1\"", "x", "-l arg")
        {
            User = "nobody", WorkingDirectory = "/", Environment = new Dictionary<string, string> { ["WORD"] = "word" },
        };
        Assert.Equal("nobody\n/nonexistent\nword\n-l arg\n", (await _target.RunAsync(command, default)).Output);
    }

    [LabFact("sshd", "ssh")]
    public async Task Run_ManyAtOnce_ShareOneConnection()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _target.RunAsync(new Command("sh", "-c", "echo $SSH_CONNECTION"), default)));
        Assert.Single(results.Select(result => result.Output).Distinct());
    }

    [LabFact("sshd", "ssh")]
    public async Task File_WriteThenRead_KeepsContentModeAndOwner()
    {
        var content = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7)).ToArray();
        await _target.WriteFileAsync(_folder["a file"], content, new FileAttributes(Convert.ToInt32("640", 8), "nobody:nogroup"), default);
        var file = await _target.ReadFileAsync(_folder["a file"], default);
        Assert.True(content.AsSpan().SequenceEqual(file!.Content.Span));
        Assert.Equal(new FileAttributes(Convert.ToInt32("640", 8), "nobody:nogroup"), file.Attributes);

        await _target.WriteFileAsync(_folder["a file"], "2"u8.ToArray(), new FileAttributes(), default);
        file = await _target.ReadFileAsync(_folder["a file"], default);
        Assert.Equal(("2", new FileAttributes(Convert.ToInt32("640", 8), "nobody:nogroup")), (file!.Text, file.Attributes));
        Assert.Equal([_folder["a file"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [LabFact("sshd", "ssh")]
    public async Task File_Trouble_IsNamed()
    {
        Assert.Null(await _target.ReadFileAsync(_folder["none"], default));
        var missing = await Assert.ThrowsAsync<FailureException>(() => _target.WriteFileAsync(_folder["no/f"], default, new FileAttributes(), default));
        Assert.Equal("file.folderMissing", missing.Failure.Code);
        var owner = await Assert.ThrowsAsync<FailureException>(() => _target.WriteFileAsync(_folder["f"], default, new FileAttributes(Owner: "no-such"), default));
        Assert.Equal("file.ownerUnknown", owner.Failure.Code);
        await using (var large = File.Create(_folder["large"])) large.SetLength(16 * 1024 * 1024 + 1);
        var size = await Assert.ThrowsAsync<FailureException>(() => _target.ReadFileAsync(_folder["large"], default));
        Assert.Equal("file.tooLarge", size.Failure.Code);
        Assert.Equal([_folder["large"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [LabFact("sshd", "ssh")]
    public async Task Upload_LargeFile_ArrivesWhole()
    {
        var content = new byte[20_000_000];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(_folder["a"], content);
        await _target.UploadAsync(_folder["a"], _folder["b"], new FileAttributes(), default);
        Assert.Equal(Convert.ToHexString(content), Convert.ToHexString(await File.ReadAllBytesAsync(_folder["b"])));
    }

    [LabFact("sshd", "ssh")]
    public async Task Stream_TcpAndUnix_Connect()
    {
        var buffer = new byte[7];
        await using (var stream = await _target.OpenStreamAsync(StreamAddress.Tcp("127.0.0.1", shared.Server.Port), default)) await stream.ReadExactlyAsync(buffer);
        Assert.Equal("SSH-2.0", Encoding.ASCII.GetString(buffer));

        await using var refused = await _target.OpenStreamAsync(StreamAddress.Tcp("127.0.0.1", SshServer.FreePort()), default);
        var problem = await Assert.ThrowsAsync<FailureException>(async () => await refused.ReadExactlyAsync(buffer));
        Assert.Equal(("target.unreachable", FailureKind.Transient), (problem.Failure.Code, problem.Failure.Kind));

        using var listener = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        listener.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder["s"]));
        listener.Listen();
        for (var i = 0; i < 2; i++)
        {
            await using var stream = await _target.OpenStreamAsync(StreamAddress.Unix(_folder["s"]), default);
            await stream.WriteAsync("hello"u8.ToArray());
            using var accepted = await listener.AcceptAsync();
            Assert.Equal(5, await accepted.ReceiveAsync(buffer));
        }
    }

    [LabFact("sshd", "ssh")]
    public async Task Connect_ForeignHostKey_IsPermanent()
    {
        await using var other = await SshServer.StartAsync();
        await using var target = await OpenAsync(shared.Server, ("hostKey", Value.Of(other.HostKey)));
        var problem = await Assert.ThrowsAsync<FailureException>(() => target.RunAsync(new Command("true"), default));
        Assert.Equal(("target.hostKey", FailureKind.Permanent), (problem.Failure.Code, problem.Failure.Kind));
    }

    [LabFact("sshd", "ssh")]
    public async Task Connect_ForeignKey_IsPermanent()
    {
        await using var other = await SshServer.StartAsync();
        await using var target = await OpenAsync(shared.Server, ("key", new SecretValue(Secret.FromPlainText(other.Key))));
        var problem = await Assert.ThrowsAsync<FailureException>(() => target.RunAsync(new Command("true"), default));
        Assert.Equal(("target.auth", FailureKind.Permanent), (problem.Failure.Code, problem.Failure.Kind));
    }

    [LabFact("sshd", "ssh")]
    public async Task Connect_NobodyListens_IsTransientAndNamesTheAddressThenWorks()
    {
        await using var server = await SshServer.StartAsync();
        await using var target = await OpenAsync(server);
        await server.StopAsync();
        var problem = await Assert.ThrowsAsync<FailureException>(() => target.RunAsync(new Command("true"), default));
        Assert.Equal(("target.unreachable", FailureKind.Transient), (problem.Failure.Code, problem.Failure.Kind));
        Assert.Contains($"root@127.0.0.1:{server.Port}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("refused", problem.Message, StringComparison.Ordinal);
        await server.RestartAsync();
        Assert.True((await target.RunAsync(new Command("true"), default)).Ok);
    }

    [LabFact("sshd", "ssh")]
    public async Task Connect_LostWhileRunning_IsNotTheProgramsExitCode()
    {
        // The nearest sshd above is the process of this one connection.
        var script = "p=$$; while [ \"$(cat /proc/$p/comm)\" != sshd ]; do p=$(cut -d' ' -f4 /proc/$p/stat); done; kill -KILL $p; sleep 5";
        var problem = await Assert.ThrowsAsync<FailureException>(() => _target.RunAsync(new Command("sh", "-c", script), default));
        Assert.Equal("target.connectionLost", problem.Failure.Code);
        Assert.True((await _target.RunAsync(new Command("true"), default)).Ok);
    }

    [LabFact("sshd", "ssh", "ip")]
    public async Task Jump_ThroughAnotherHostOrNamespace_Reaches()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await using var inside = await SshServer.StartAsync(network);
        await using var gate = await SshServer.StartAsync(network, port: 2022);
        var space = Value.Map(("local", Value.Map(("netns", Value.Of(network.Name)))));
        await using var direct = await OpenAsync(inside, ("jump", space));
        Assert.True((await direct.RunAsync(new Command("true"), default)).Ok);

        var through = Value.Map(("ssh", Settings(gate).With("jump", space)));
        await using var jumped = await OpenAsync(inside, ("jump", through));
        Assert.EndsWith(" 127.0.0.1 22\n", (await jumped.RunAsync(new Command("sh", "-c", "echo $SSH_CONNECTION"), default)).Output, StringComparison.Ordinal);
        Assert.Contains("Accepted publickey", gate.Log, StringComparison.Ordinal);
    }

    [LabFact("sshd", "ssh")]
    public async Task Dispose_LeavesNoKeyBehind()
    {
        await _target.RunAsync(new Command("true"), default);
        var mine = $"orc-ssh-{Environment.ProcessId}-*";
        var before = Directory.GetDirectories("/dev/shm", mine);
        Assert.Contains(before, folder => (File.GetUnixFileMode(Path.Combine(folder, "key")) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) == 0);
        await _target.DisposeAsync();
        Assert.True(Directory.GetDirectories("/dev/shm", mine).Length < before.Length);
        _target = await OpenAsync(shared.Server);
    }

    [Theory]
    [InlineData("{'address': 'h'}", "`hostKey` (or `knownHosts`) is missing")]
    [InlineData("{'hostKey': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO'}", "`address` is missing")]
    [InlineData("{'address': 'h', 'hostKey': 'yes'}", "`hostKey` must be a public key")]
    [InlineData("{'address': 'h', 'key': 'text', 'hostKey': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO'}", "`key` must be a secret")]
    [InlineData("{'address': '-oProxyCommand=x', 'hostKey': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO'}", "must not start with a dash")]
    [InlineData("{'address': 'h', 'port': 70000}", "`port` must be a whole number from 1 to 65535")]
    [InlineData("{'address': 'h', 'become': 'su'}", "`become` must be none or sudo")]
    public async Task Open_WrongSettings_AreNamed(string settings, string message)
    {
        var problem = await Assert.ThrowsAsync<FailureException>(() => BuiltinTargets.OpenAsync("node", "ssh", ActivityContexts.Input(settings), default));
        Assert.Equal("target.invalid", problem.Failure.Code);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }
}
