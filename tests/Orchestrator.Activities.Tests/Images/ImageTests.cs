using Orchestrator.Activities.Targets;
using Orchestrator.Activities.Tests.Containers;
using Orchestrator.Activities.Tests.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;

namespace Orchestrator.Activities.Tests.Images;

[Collection(DockerCollection.Name)]
public sealed class ImageTests(SharedDocker shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private static readonly LocalTarget Target = new() { Name = "local" };
    private readonly string _image = $"{Tool.UniqueName()}:1";

    private static ActivityContext Context => ActivityContexts.For(Target);

    public void Dispose() => _folder.Dispose();

    [LabFact("dockerd", "docker", "tar")]
    public async Task Import_TwiceThenOther_OnlyImportsWhatChanged()
    {
        await PackAsync("one");
        var first = await Context.RunAsync("image.import", Import());
        Assert.True(first.Changed);
        Assert.Equal("one", await shared.Engine.RunAsync("run", "--rm", _image, "cat", "/tmp/word"));
        Assert.False((await Context.RunAsync("image.import", Import())).Changed);
        await PackAsync("two");
        var other = await Context.RunAsync("image.import", Import());
        Assert.True(other.Changed);
        Assert.NotEqual(first.Output!.Get("id"), other.Output!.Get("id"));
    }

    [LabFact("dockerd", "docker", "tar", "sshd")]
    public async Task Import_OnAHostOverSsh_FromThereAndFromHere()
    {
        await PackAsync("one");
        await using var server = await SshServer.StartAsync();
        await using var target = await SshTargetTests.OpenAsync(server);
        var context = ActivityContexts.For(target);
        var there = await context.RunAsync("image.import", Import());
        Assert.True(there.Changed);
        Assert.False((await context.RunAsync("image.import", Import("'from': 'here'"))).Changed);
        await shared.Engine.RunAsync("rmi", "-f", _image);
        Assert.True((await context.RunAsync("image.import", Import("'from': 'here'"))).Changed);
        Assert.Equal("file.notFound", (await context.FailAsync("image.import", ActivityContexts.Input($$"""{'tar': '/no/such', 'image': '{{_image}}', 'socket': '{{shared.Engine.Socket}}'}"""))).Code);
    }

    [LabFact("dockerd", "docker")]
    public async Task Import_NoTar_Fails()
    {
        await File.WriteAllTextAsync(_folder["tar"], "this is no tar");
        Assert.Equal("image.importFailed", (await Context.FailAsync("image.import", Import())).Code);
        File.Delete(_folder["tar"]);
        Assert.Equal("file.notFound", (await Context.FailAsync("image.import", Import())).Code);
    }

    [LabFact("dockerd", "docker")]
    public async Task Build_TwiceThenChanged_BuildsOnlyWhatChanged()
    {
        var dockerfile = $"FROM {PrivateDockerd.Image}\nARG WORD\nCOPY file /file\nRUN echo $WORD >/word && chmod 600 /file\n";
        Directory.CreateDirectory(_folder["context/sub"]);
        await File.WriteAllTextAsync(_folder["context/Dockerfile"], dockerfile);
        await File.WriteAllTextAsync(_folder["context/file"], "1");
        var log = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var context = ActivityContexts.For(Target, log);
        Assert.True((await context.RunAsync("image.build", Build())).Changed);
        Assert.Contains(log, line => line.StartsWith("Step 1/", StringComparison.Ordinal));
        Assert.Equal("word\n1", await shared.Engine.RunAsync("run", "--rm", _image, "cat", "/word", "/file"));
        Assert.False((await context.RunAsync("image.build", Build())).Changed);
        await File.WriteAllTextAsync(_folder["context/file"], "2");
        Assert.True((await context.RunAsync("image.build", Build())).Changed);

        await File.WriteAllTextAsync(_folder["context/Dockerfile"], dockerfile + "RUN echo reason; exit 9\n");
        var failure = await context.FailAsync("image.build", Build());
        Assert.Equal("image.buildFailed", failure.Code);
        Assert.Contains("returned a non-zero code: 9", failure.Message, StringComparison.Ordinal);
    }

    [LabFact("dockerd", "docker")]
    public async Task Ensure_MissingWithoutPull_IsPermanent()
    {
        var found = await Context.RunAsync("image.ensure", ActivityContexts.Input($$"""{'image': '{{PrivateDockerd.Image}}', 'socket': '{{shared.Engine.Socket}}'}"""));
        Assert.False(found.Changed);
        var failure = await Context.FailAsync("image.ensure", ActivityContexts.Input($$"""{'image': 'no-such:1', 'socket': '{{shared.Engine.Socket}}'}"""));
        Assert.Equal(("image.notFound", FailureKind.Permanent), (failure.Code, failure.Kind));
    }

    private MapValue Import(string more = "") =>
        ActivityContexts.Input($$"""{'tar': '{{_folder["tar"]}}', 'image': '{{_image}}', 'socket': '{{shared.Engine.Socket}}'{{(more.Length > 0 ? ", " + more : "")}}}""");

    private MapValue Build() =>
        ActivityContexts.Input($$"""{'context': '{{_folder["context"]}}', 'image': '{{_image}}', 'args': {'WORD': 'word'}, 'socket': '{{shared.Engine.Socket}}'}""");

    private async Task PackAsync(string word)
    {
        if (!Directory.Exists(_folder["root"])) await PrivateDockerd.AssembleAsync(_folder["root"]);
        await File.WriteAllTextAsync(_folder["root/tmp/word"], word);
        await Tool.RunAsync("tar", "-C", _folder["root"], "-cf", _folder["tar"], ".");
    }
}
