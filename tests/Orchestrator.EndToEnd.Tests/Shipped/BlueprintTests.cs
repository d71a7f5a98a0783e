using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.EndToEnd.Tests.Shipped;

/// <summary>The blueprints that are shipped compile without an error or a warning, and so do the templates, with the values that autosetup renders them with.</summary>
public sealed class BlueprintTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Builtin.BlueprintFolder, "*.yaml").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Blueprint_Shipped_Compiles(string file) => Builtin.CompileClean(file, Read(file));

    [Theory]
    [InlineData("packet", "")]
    [InlineData("g8", ", 'vlan': 101, 'cidr': '10.20.0.0/16', 'nics': ['eth1'], 'organization': 'grid'")]
    [InlineData("switchless", ", 'vlan': 4094, 'cidr': '10.20.0.0/16', 'nics': ['eth1', 'eth2'], 'bridge': 'kernel'")]
    public async Task Templates_RenderedAsAutosetupDoes_Compile(string network, string more)
    {
        var autosetup = Builtin.CompileClean("autosetup.yaml", Read("autosetup.yaml"));
        var bound = RunInputs.Bind(autosetup, Inputs(network, more), DateTimeOffset.UnixEpoch, () => "id");
        Assert.True(bound.Ok, string.Join('\n', bound.Diagnostics));
        var steps = Nodes(autosetup.Root).Where(node => node.Type == "blueprint.render").ToArray();

        var rendered = new List<string>();
        foreach (var step in steps)
        {
            var context = new EvaluationContext { Root = name => name == "inputs" ? bound.Inputs : name == "vars" ? bound.Vars : null, Now = DateTimeOffset.UnixEpoch, NewUuid = () => "id" };
            // Without a path the text is given and no file written.
            var input = Value.Map(step.Inputs.Where(given => given.Key != "path").Select(given => (given.Key, given.Value.Evaluate(context))));
            var text = await RenderAsync(input);
            Assert.Equal(network == "packet" && step.Id == "renderNetwork", text.Contains("default: \"packet\"", StringComparison.Ordinal));
            rendered.Add(Builtin.CompileClean(step.Id, text).Name);
        }

        Assert.Equal(["bootstrap", "configuration", "network"], rendered.Order());
    }

    [Fact]
    public void Templates_InTheFolder_AreThoseThatAutosetupRenders()
    {
        var autosetup = Read("autosetup.yaml");
        Assert.All(Directory.GetFiles(Path.Combine(Builtin.BlueprintFolder, "autosetup")), file => Assert.Contains($"/{Path.GetFileName(file)}", autosetup, StringComparison.Ordinal));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Builtin.BlueprintFolder, file));

    private static MapValue Inputs(string network, string more)
    {
        const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy";
        return ActivityContexts.Input($$"""
            {'host': '192.0.2.10', 'hostKey': '{{Key}}', 'image': '/srv/image.tar', 'upstream': 'git@192.0.2.20:infra/cluster', 'upstreamHostKey': '{{Key}}',
             'tokenUrl': 'https://tokens.example.net', 'clientId': 'cluster', 'network': '{{network}}', 'templates': '{{Builtin.BlueprintFolder}}/autosetup'{{more}}}
            """).With("loginKey", new SecretValue(Secret.FromPlainText("key"))).With("clientSecret", new SecretValue(Secret.FromPlainText("secret")));
    }

    private static async Task<string> RenderAsync(MapValue input)
    {
        var target = await BuiltinTargets.OpenAsync("local", "local", Value.EmptyMap, CancellationToken.None);
        var context = ActivityContexts.For(target) with { Compile = Builtin.Compiler.CompileBlueprint };
        var result = await Builtin.Catalog.Find("blueprint.render")!.Activity.ExecuteAsync(input, context, CancellationToken.None);
        return result.Output!.Get("text")!.AsString()!;
    }

    private static IEnumerable<ActivityNode> Nodes(ActivityNode node) => node.Activities.Concat(node.Bodies.Values).SelectMany(Nodes).Prepend(node);
}
