using System.Collections.Concurrent;
using System.Text;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Tests.Targets;

public sealed class LocalTargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalTarget _target = new() { Name = "local" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Arguments_ReachTheProgramUnchanged()
    {
        string[] arguments = ["a b", "$HOME", "'\"\\", "", "line\nbreak", "--", "*", "é"];
        var result = await _target.RunAsync(new Command(["printf", "%s|", .. arguments]), default);
        Assert.Equal(string.Join('|', arguments) + "|", result.Output);
    }

    [Fact]
    public async Task Run_EnvironmentStdinAndFolder_ReachTheProgram()
    {
        var command = new Command("sh", "-c", "cat; printf ' %s %s' \"$WORD\" \"$PWD\"")
        {
            Environment = new Dictionary<string, string> { ["WORD"] = "two words" }, StandardInput = "in"u8.ToArray(), WorkingDirectory = _folder.Path,
        };
        Assert.Equal($"in two words {_folder.Path}", (await _target.RunAsync(command, default)).Output);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("exec /no/such/program", 127)]
    public async Task Run_End_IsItsExitCode(string script, int code) =>
        Assert.Equal(code, (await _target.RunAsync(new Command("sh", "-c", script), default)).ExitCode);

    [Fact]
    public async Task Run_MissingProgram_Is127WithItsName()
    {
        var result = await _target.RunAsync(new Command("no-such-program"), default);
        Assert.Equal(127, result.ExitCode);
        Assert.Contains("no-such-program", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MissingFolder_Fails()
    {
        var problem = await Assert.ThrowsAsync<FailureException>(() => _target.RunAsync(new Command("true") { WorkingDirectory = "/no/such" }, default));
        Assert.Equal("command.folderMissing", problem.Failure.Code);
    }

    [Fact]
    public async Task Run_Lines_ComeAsTheyAreWritten()
    {
        var lines = new ConcurrentQueue<string>();
        await _target.RunAsync(new Command("sh", "-c", "echo one; echo two >&2; printf three") { OnLine = lines.Enqueue }, default);
        Assert.Equal(["one", "three", "two"], lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_MuchOutput_KeepsTheLastMebibyte()
    {
        var result = await _target.RunAsync(new Command("sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' x; printf END"), default);
        Assert.Equal(1024 * 1024, result.Output.Length);
        Assert.EndsWith("xEND", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Cancelled_EndsChildrenThatIgnoreTerm()
    {
        using var stop = new CancellationTokenSource();
        var pids = new ConcurrentQueue<int>();
        var script = "trap '' TERM; echo $$; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done'; :";
        var running = _target.RunAsync(
            new Command("sh", "-c", script)
            {
                OnLine = line =>
                {
                    pids.Enqueue(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture));
                    if (pids.Count == 2) stop.Cancel();
                },
            },
            stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Eventually.TrueAsync(() => Task.FromResult(!pids.Any(IsAlive)));
    }

    [Fact]
    public async Task Run_DaemonKeepsOutputOpen_DoesNotHang()
    {
        var result = await _target.RunAsync(new Command("sh", "-c", "sleep 60 & echo $!"), default);
        Assert.True(result.Ok);
        await _target.RunAsync(new Command("kill", result.Output.Trim()), default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sleep 60 & echo p$! >&2; ")] // the pipe has no end then
    public async Task Run_ReaderFarBehindWhenTheProgramEnds_LosesNothing(string before)
    {
        var lines = new List<string>();
        using var never = new ManualResetEventSlim();
        var result = await _target.RunAsync(
            new Command("sh", "-c", before + "seq 8000")
            {
                // Less than a pipe holds, so the program ends while the first line is held up for longer than a daemon's output is waited for.
                OnLine = line =>
                {
                    lines.Add(line);
                    if (line == "1") never.Wait(TimeSpan.FromSeconds(1));
                },
            },
            default);
        if (before.Length > 0) await _target.RunAsync(new Command("kill", result.Error.Trim()[1..]), default);
        var all = Enumerable.Range(1, 8000).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(all, result.Output.TrimEnd().Split('\n'));
        Assert.Equal(all, lines.Where(line => line != result.Error.Trim()));
    }

    [LabFact("ip", "nsenter", "sshd")]
    public async Task Run_AsUser_HasItsIdentityAndHome()
    {
        var result = await _target.RunAsync(new Command("sh", "-c", "id -un; id -gn; echo $HOME") { User = "nobody", WorkingDirectory = "/" }, default);
        Assert.Equal("nobody\nnogroup\n/nonexistent\n", result.Output);
    }

    [Fact]
    public async Task File_WriteThenRead_KeepsContentAndMode()
    {
        var content = new byte[] { 0, 255, 10, 13 };
        await _target.WriteFileAsync(_folder["f"], content, new FileAttributes(Convert.ToInt32("640", 8)), default);
        var file = await _target.ReadFileAsync(_folder["f"], default);
        Assert.Equal(content, file!.Content.ToArray());
        Assert.Equal(Convert.ToInt32("640", 8), file.Attributes.Mode);
        Assert.Equal([_folder["f"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task File_NewWithoutMode_Is0644AndLaterWritesKeepTheMode()
    {
        await _target.WriteFileAsync(_folder["f"], "1"u8.ToArray(), new FileAttributes(), default);
        Assert.Equal(Convert.ToInt32("644", 8), (await _target.ReadFileAsync(_folder["f"], default))!.Attributes.Mode);
        await _target.WriteFileAsync(_folder["f"], "2"u8.ToArray(), new FileAttributes(Convert.ToInt32("600", 8)), default);
        await _target.WriteFileAsync(_folder["f"], "3"u8.ToArray(), new FileAttributes(), default);
        Assert.Equal(Convert.ToInt32("600", 8), (await _target.ReadFileAsync(_folder["f"], default))!.Attributes.Mode);
    }

    [LabFact("ip", "nsenter", "sshd")]
    public async Task File_Owner_IsSetAndKept()
    {
        await _target.WriteFileAsync(_folder["f"], "1"u8.ToArray(), new FileAttributes(Owner: "nobody:nogroup"), default);
        await _target.WriteFileAsync(_folder["f"], "2"u8.ToArray(), new FileAttributes(), default);
        Assert.Equal("nobody:nogroup", (await _target.ReadFileAsync(_folder["f"], default))!.Attributes.Owner);
    }

    [Fact]
    public async Task File_Link_IsWrittenThrough()
    {
        await _target.WriteFileAsync(_folder["real"], "1"u8.ToArray(), new FileAttributes(), default);
        File.CreateSymbolicLink(_folder["link"], _folder["real"]);
        await _target.WriteFileAsync(_folder["link"], "2"u8.ToArray(), new FileAttributes(), default);
        Assert.Equal("2", (await _target.ReadFileAsync(_folder["real"], default))!.Text);
        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
    }

    [Fact]
    public async Task File_Trouble_IsNamed()
    {
        Assert.Null(await _target.ReadFileAsync(_folder["none"], default));
        var missing = await Assert.ThrowsAsync<FailureException>(() => _target.WriteFileAsync(_folder["no/f"], default, new FileAttributes(), default));
        Assert.Equal("file.folderMissing", missing.Failure.Code);
        var owner = await Assert.ThrowsAsync<FailureException>(() => _target.WriteFileAsync(_folder["f"], default, new FileAttributes(Owner: "no-such"), default));
        Assert.Equal("file.ownerUnknown", owner.Failure.Code);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task File_TooLarge_IsRefused()
    {
        await using (var large = File.Create(_folder["large"])) large.SetLength(16 * 1024 * 1024 + 1);
        var problem = await Assert.ThrowsAsync<FailureException>(() => _target.ReadFileAsync(_folder["large"], default));
        Assert.Equal("file.tooLarge", problem.Failure.Code);
    }

    [Fact]
    public async Task Upload_File_ArrivesWhole()
    {
        File.WriteAllText(_folder["a"], "content");
        await _target.UploadAsync(_folder["a"], _folder["b"], new FileAttributes(), default);
        Assert.Equal("content", File.ReadAllText(_folder["b"]));
    }

    [LabFact("ip", "nsenter", "sshd")]
    public async Task Namespace_ProgramsAndStreams_AreInside()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await using var target = await BuiltinTargets.OpenAsync("lab", "local", Value.Map(("netns", Value.Of(network.Name))), default);
        var links = await target.RunAsync(new Command("ip", "-o", "link"), default);
        Assert.Contains("lo:", links.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", links.Output, StringComparison.Ordinal);

        await using var server = await SshServer.StartAsync(network, port: 7);
        await using var stream = await target.OpenStreamAsync(StreamAddress.Tcp("127.0.0.1", 7), default);
        var buffer = new byte[7];
        await stream.ReadExactlyAsync(buffer);
        Assert.Equal("SSH-2.0", Encoding.ASCII.GetString(buffer));

        var outside = await Assert.ThrowsAsync<FailureException>(() => _target.OpenStreamAsync(StreamAddress.Tcp("127.0.0.1", 7), default));
        Assert.Equal(("target.unreachable", FailureKind.Transient), (outside.Failure.Code, outside.Failure.Kind));
    }

    [Fact]
    public async Task Open_WrongSettings_AreNamed()
    {
        var stray = await Assert.ThrowsAsync<FailureException>(() => BuiltinTargets.OpenAsync("x", "local", Value.Map(("port", Value.Of(1))), default));
        Assert.Equal("target `x` (local): `port` is not one of its settings (netns)", stray.Message);
        var kind = await Assert.ThrowsAsync<FailureException>(() => BuiltinTargets.OpenAsync("x", "winrm", Value.EmptyMap, default));
        Assert.Equal("target.unknownKind", kind.Failure.Code);
    }

    /// <summary>An ended process that its parent has not looked at yet is not alive.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
