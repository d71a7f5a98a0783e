using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Orchestrator.Activities.Targets;
using Orchestrator.Activities.Tests.Containers;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Lab;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Tests.Targets;

[Collection(DockerCollection.Name)]
public sealed class DockerTargetTests(SharedDocker shared) : IAsyncLifetime
{
    private readonly string _container = Tool.UniqueName();

    public async Task InitializeAsync()
    {
        if (shared.Engine is not null)
            await shared.Engine.RunAsync("run", "-d", "--init", "--name", _container, PrivateDockerd.Image, "sh", "-c", "echo hello >/tmp/index.html; exec httpd -f -p 127.0.0.1:80 -h /tmp");
    }

    public async Task DisposeAsync()
    {
        if (shared.Engine is not null) await shared.Engine.RunAsync("rm", "-f", _container);
    }

    [LabFact("dockerd", "docker", "sshd")]
    public async Task LocalAndOverSsh_RunFilesAndStreams_Work()
    {
        await using var server = await SshServer.StartAsync();
        await using var local = await OpenAsync();
        await using var remote = await OpenAsync(("via", Value.Map(("ssh", SshTargetTests.Settings(server)))));
        foreach (var target in new[] { local, remote })
        {
            await RunsProgramsAsync(target);
            await KeepsFilesAsync(target);
        }

        foreach (var target in new[] { local, remote })
        {
            await using var stream = await Eventually.GetAsync(() => target.OpenStreamAsync(StreamAddress.Tcp("127.0.0.1", 80), default));
            await stream.WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray());
            Assert.EndsWith("hello\n", await new StreamReader(stream).ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [LabFact("dockerd", "docker")]
    public async Task Run_Cancelled_EndsTheProgramInside()
    {
        await using var target = await OpenAsync();
        using var stop = new CancellationTokenSource();
        var running = target.RunAsync(new Command("sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done") { OnLine = _ => stop.Cancel() }, stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.DoesNotContain("echo up", (await target.RunAsync(new Command("ps"), default)).Output.Replace("ps", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [LabFact("dockerd", "docker")]
    public async Task Run_DaemonKeepsOutputOpen_DoesNotHang()
    {
        await using var target = await OpenAsync();
        var result = await target.RunAsync(new Command("sh", "-c", "sleep 60 & echo started"), default);
        Assert.Equal((0, "started\n"), (result.ExitCode, result.Output));
    }

    [LabFact("dockerd", "docker")]
    public async Task Run_ContainerMissingOrDockerSilent_IsNamed()
    {
        await using var missing = await OpenAsync(("container", Value.Of("no-such")));
        var problem = await Assert.ThrowsAsync<FailureException>(() => missing.RunAsync(new Command("true"), default));
        Assert.Equal("container.notFound", problem.Failure.Code);
        await using var silent = await OpenAsync(("socket", Value.Of("/run/no-such.sock")));
        problem = await Assert.ThrowsAsync<FailureException>(() => silent.RunAsync(new Command("true"), default));
        Assert.Equal(("docker.unreachable", FailureKind.Transient), (problem.Failure.Code, problem.Failure.Kind));
        Assert.Contains("/run/no-such.sock", problem.Message, StringComparison.Ordinal);
    }

    private Task<Target> OpenAsync(params (string Key, Value Value)[] more) => BuiltinTargets.OpenAsync(
        "box", "docker", Value.Map([("container", Value.Of(_container)), ("socket", Value.Of(shared.Engine.Socket)), .. more]), default);

    private static async Task RunsProgramsAsync(Target target)
    {
        string[] arguments = ["a b", "$HOME", "'\"\\", "", "line\nbreak", "é"];
        Assert.Equal(string.Join('|', arguments) + "|", (await target.RunAsync(new Command(["printf", "%s|", .. arguments]), default)).Output);

        var lines = new ConcurrentQueue<string>();
        var command = new Command("sh", "-c", "cat; echo \" $WORD $PWD $(id -un)\"; echo error >&2; exit 255")
        {
            Environment = new Dictionary<string, string> { ["WORD"] = "two words" }, StandardInput = "in"u8.ToArray(), WorkingDirectory = "/tmp", User = "nobody", OnLine = lines.Enqueue,
        };
        var result = await target.RunAsync(command, default);
        Assert.Equal((255, "in two words /tmp nobody\n", "error\n"), (result.ExitCode, result.Output, result.Error));
        Assert.Equal(["error", "in two words /tmp nobody"], lines.Order(StringComparer.Ordinal));
        Assert.Equal(127, (await target.RunAsync(new Command("no-such-program"), default)).ExitCode);
        var folder = await Assert.ThrowsAsync<FailureException>(() => target.RunAsync(new Command("true") { WorkingDirectory = "/no/such" }, default));
        Assert.Equal("command.folderMissing", folder.Failure.Code);
    }

    private static async Task KeepsFilesAsync(Target target)
    {
        var content = Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7)).ToArray();
        var attributes = new FileAttributes(Convert.ToInt32("640", 8), "nobody:nogroup");
        await target.WriteFileAsync("/root/f", content, attributes, default);
        var file = await target.ReadFileAsync("/root/f", default);
        Assert.Equal(Convert.ToHexString(content), Convert.ToHexString(file!.Content.Span));
        Assert.Equal(attributes, file.Attributes);
        await target.WriteFileAsync("/root/f", "2"u8.ToArray(), new FileAttributes(), default);
        Assert.Equal(attributes, (await target.ReadFileAsync("/root/f", default))!.Attributes);
        Assert.Null(await target.ReadFileAsync("/root/none", default));
        Assert.Equal("f\n", (await target.RunAsync(new Command("ls", "-A", "/root"), default)).Output);
    }
}
