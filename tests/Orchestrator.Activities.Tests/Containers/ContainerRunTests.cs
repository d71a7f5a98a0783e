using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;

namespace Orchestrator.Activities.Tests.Containers;

[Collection(DockerCollection.Name)]
public sealed class ContainerRunTests(SharedDocker shared) : IAsyncLifetime
{
    private readonly string _name = Tool.UniqueName();
    private static readonly LocalTarget Target = new() { Name = "local" };

    private static ActivityContext Context => ActivityContexts.For(Target);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (shared.Engine is not null) await Tool.TryAsync("docker", "-H", $"unix://{shared.Engine.Socket}", "rm", "-f", _name, _name + "-2");
    }

    [LabFact("dockerd", "docker")]
    public async Task Run_Everything_IsWhatDockerShows()
    {
        using var folder = new TemporaryFolder();
        var input = Input($$"""
            'hostname': 'bootstrap', 'publish': ['{{PrivateDockerd.Address}}:8091:80'], 'mounts': {'{{folder.Path}}': '/optvar'}, 'env': {'LC_ALL': 'C', 'TOKEN': 'hush'},
            'command': ['sh', '-c', 'echo $TOKEN >/optvar/index.html; exec httpd -f -h /optvar'], 'sysctls': {'net.ipv4.ip_forward': '0'}
            """);
        var plan = await Context.PlanAsync("container.run", input);
        Assert.Equal(CheckState.Differs, plan.State);

        var done = await Context.RunAsync("container.run", input);
        Assert.True(done.Changed);
        Assert.Equal("bootstrap\n", await InspectAsync("{{.Config.Hostname}}"));
        Assert.Equal($"[{folder.Path}:/optvar]\n", await InspectAsync("{{.HostConfig.Binds}}"));
        Assert.Equal(PrivateDockerd.Address + ":8091", done.Output!.Get("ports")!.Get("80/tcp")!.AsString());
        Assert.Equal(folder.Path, done.Output.Get("mounts")!.Get("/optvar")!.AsString());
        Assert.Single(((ListValue)done.Output.Get("addresses")!).Items);
        await Eventually.TrueAsync(async () => (await shared.Engine.Outside.TryAsync("busybox", "wget", "-qO-", $"http://{PrivateDockerd.Address}:8091/")).Output == "hush\n");

        var again = await Context.RunAsync("container.run", input);
        Assert.False(again.Changed);
        Assert.Equal(done.Output.Get("id"), again.Output!.Get("id"));

        await shared.Engine.RunAsync("stop", "-t", "0", _name);
        var restarted = await Context.RunAsync("container.run", input);
        Assert.True(restarted.Changed);
        Assert.Equal(done.Output.Get("id"), restarted.Output!.Get("id"));

        await Context.UndoAsync("container.run", input, restarted);
        await Context.UndoAsync("container.run", input, restarted);
        Assert.False(await ExistsAsync(_name));
    }

    [LabFact("dockerd", "docker")]
    public async Task Run_Changed_IsMadeAnewUnlessNever()
    {
        var first = await Context.RunAsync("container.run", Input("'hostname': 'a'"));
        var never = await Context.FailAsync("container.run", Input("'hostname': 'b', 'recreate': 'never'"));
        Assert.Equal("container.differs", never.Code);
        var second = await Context.RunAsync("container.run", Input("'hostname': 'b'"));
        Assert.NotEqual(first.Output!.Get("id"), second.Output!.Get("id"));
        Assert.Equal("b\n", await InspectAsync("{{.Config.Hostname}}"));
    }

    [LabFact("dockerd", "docker")]
    public async Task Run_UnknownImage_SaysDockersWords()
    {
        var input = Input("'hostname': 'a'", image: "no-such:1");
        Assert.Equal(CheckState.Differs, (await Context.PlanAsync("container.run", input)).State);
        var failure = await Context.FailAsync("container.run", input);
        Assert.Equal(("container.imageNotFound", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Contains("No such image: no-such:1", failure.Message, StringComparison.Ordinal);
        Assert.False(await ExistsAsync(_name));
    }

    [LabFact("dockerd", "docker")]
    public async Task Run_PortTaken_IsTransientAndLeavesNothing()
    {
        var publish = $"'publish': ['{PrivateDockerd.Address}:8092:80']";
        await shared.Engine.RunAsync("run", "-d", "--init", "--name", _name + "-2", "-p", $"{PrivateDockerd.Address}:8092:80", PrivateDockerd.Image, "sleep", "1000");
        var failure = await Context.FailAsync("container.run", Input(publish));
        Assert.Equal(("container.portTaken", FailureKind.Transient), (failure.Code, failure.Kind));
        Assert.Contains("port is already allocated", failure.Message, StringComparison.Ordinal);
        Assert.False(await ExistsAsync(_name));
        await shared.Engine.RunAsync("rm", "-f", _name + "-2");
        Assert.True((await Context.RunAsync("container.run", Input(publish))).Changed);
    }

    [LabFact("dockerd", "docker")]
    public async Task Run_ProgramEndsAtOnce_FailsWithItsWordsAndLeavesNothing()
    {
        var failure = await Context.FailAsync("container.run", Input("'command': ['sh', '-c', 'echo broken >&2; exit 3'], 'init': false"));
        Assert.Equal("container.exited", failure.Code);
        Assert.Contains("exit code 3 within 1s: broken", failure.Message, StringComparison.Ordinal);
        Assert.False(await ExistsAsync(_name));
    }

    [LabFact("dockerd", "docker")]
    public async Task Run_SomeoneElsesContainer_IsLeftAlone()
    {
        await shared.Engine.RunAsync("run", "-d", "--init", "--name", _name, PrivateDockerd.Image, "sleep", "1000");
        Assert.Equal("container.foreign", (await Context.FailAsync("container.run", Input("'hostname': 'a'"))).Code);
        Assert.True(await ExistsAsync(_name));
    }

    [LabFact("dockerd", "docker")]
    public async Task ExecInspectStopRemove_OnARunningContainer_Work()
    {
        await Context.RunAsync("container.run", Input("'hostname': 'a'"));
        var exec = await Context.RunAsync("container.exec", Named("'command': ['sh', '-c', 'cat; echo $WORD; id -un; pwd'], 'env': {'WORD': 'word'}, 'stdin': 'in-', 'user': 'nobody', 'cwd': '/tmp'"));
        Assert.Equal("in-word\nnobody\n/tmp\n", exec.Output!.Get("stdout")!.AsString());
        var failed = await Context.FailAsync("container.exec", Named("'command': ['sh', '-c', 'echo why >&2; exit 4']"));
        Assert.Equal("container.execFailed", failed.Code);
        Assert.Contains("exit code 4: why", failed.Message, StringComparison.Ordinal);

        var look = await Context.RunAsync("container.inspect", Named());
        Assert.Equal(Value.Of(true), look.Output!.Get("running"));
        Assert.False(look.Changed);
        Assert.True((await Context.RunAsync("container.stop", Named("'grace': '1s'"))).Changed);
        Assert.False((await Context.RunAsync("container.stop", Named("'grace': '1s'"))).Changed);
        Assert.Equal("exited", (await Context.RunAsync("container.inspect", Named())).Output!.Get("status")!.AsString());
        Assert.True((await Context.RunAsync("container.remove", Named())).Changed);
        Assert.False((await Context.RunAsync("container.remove", Named())).Changed);
        Assert.Equal(Value.Of(false), (await Context.RunAsync("container.inspect", Named())).Output!.Get("exists"));
    }

    [Theory]
    [InlineData("8080:80", "", "8080", "80/tcp")]
    [InlineData("127.0.0.1:8080:80/udp", "127.0.0.1", "8080", "80/udp")]
    [InlineData("[::1]:8080:80", "::1", "8080", "80/tcp")]
    public void PublishedPort_Forms_AreUnderstood(string text, string address, string hostPort, string port) =>
        Assert.Equal(new Orchestrator.Activities.Containers.PublishedPort(address, hostPort, port), Orchestrator.Activities.Containers.PublishedPort.Parse(text));

    [Theory]
    [InlineData("80")]
    [InlineData("::1:8080:80")]
    [InlineData("a:8080:80")]
    [InlineData("8080:80/foo")]
    public void PublishedPort_OtherForms_AreRefused(string text) =>
        Assert.Equal("input.invalid", Assert.Throws<FailureException>(() => Orchestrator.Activities.Containers.PublishedPort.Parse(text)).Failure.Code);

    private MapValue Input(string more, string image = PrivateDockerd.Image)
    {
        var command = more.Contains("'command'", StringComparison.Ordinal) ? "" : "'command': ['sleep', '1000'], ";
        return Named($"'image': '{image}', {command}{more}");
    }

    private MapValue Named(string more = "") => ActivityContexts.Input($$"""{'name': '{{_name}}', 'socket': '{{shared.Engine.Socket}}'{{(more.Length > 0 ? ", " + more : "")}}}""");

    private Task<string> InspectAsync(string format) => shared.Engine.RunAsync("inspect", "-f", format, _name);

    private async Task<bool> ExistsAsync(string name) => (await Tool.TryAsync("docker", "-H", $"unix://{shared.Engine.Socket}", "inspect", name)).Code == 0;
}
