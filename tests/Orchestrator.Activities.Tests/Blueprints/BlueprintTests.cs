using System.Collections.Concurrent;
using Orchestrator.Activities.Blueprints;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Activities.Tests.Blueprints;

public sealed class BlueprintTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orc-blue-").FullName;
    private readonly ConcurrentQueue<string> _log = new();

    private string File1 => Path.Combine(_folder, "made/network.yaml");

    private ActivityContext Context => ActivityContexts.For(new LocalTarget { Name = "local" }, _log) with { Compile = Compile };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Render_Template_WritesTheFileOnce()
    {
        var input = Render("blueprint: network\nvars:\n  vlan: {{vlan}}\n  cidr: {{net.cidr}} # the range\n  all: [{{vlan}}, {{net.cidr}}]\ntext: \"@{{ vars.vlan }} ${{ vars.cidr }} \\{{plain}}\"\n")
            .With("values", Value.Map(("vlan", Value.Of(101)), ("net", Value.Map(("cidr", Value.Of("10.0.0.0/16"))))));
        var result = await RunAsync(new BlueprintRender(), input);
        Assert.True(result.Changed);
        Assert.Equal(
            "blueprint: network\nvars:\n  vlan: 101\n  cidr: \"10.0.0.0/16\" # the range\n  all: [101, \"10.0.0.0/16\"]\ntext: \"${{ vars.vlan }} ${{ vars.cidr }} {{plain}}\"\n",
            await File.ReadAllTextAsync(File1));
        Assert.False((await RunAsync(new BlueprintRender(), input)).Changed);

        await new BlueprintRender().UndoAsync(input, result.Output!, Context, CancellationToken.None);
        Assert.False(File.Exists(File1));
    }

    [Fact]
    public async Task RenderUndo_FileChangedSince_KeepsIt()
    {
        var input = Render("blueprint: network\n");
        var result = await RunAsync(new BlueprintRender(), input);
        await File.WriteAllTextAsync(File1, "someone's work");
        await new BlueprintRender().UndoAsync(input, result.Output!, Context, CancellationToken.None);
        Assert.True(File.Exists(File1));
    }

    [Theory]
    [InlineData("x\n    - id: evil")]
    [InlineData("x\", evil: \"y")]
    [InlineData("a: b # c")]
    [InlineData("line\u2028separator")]
    public async Task Render_ValueThatLooksLikeYaml_StaysOneText(string value)
    {
        var input = Render("blueprint: network\nkey: {{value}}\n").With("values", Value.Map(("value", Value.Of(value))));
        var text = (await RunAsync(new BlueprintRender(), input)).Output!.Get("text")!.AsString()!;
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        Assert.Equal(2, root.Children.Count);
        Assert.Equal(value, ((YamlScalarNode)root["key"]).Value);
    }

    [Theory]
    [InlineData("a: {{value}}", "${{ secrets.root }}", "would be evaluated")]
    [InlineData("a: x-{{value}}", "v", "template 1:6: `{{value}}` must be a whole value")]
    [InlineData("a: 1\nb: \"{{value}}\"", "v", "template 2:5: `{{value}}` must be a whole value")]
    [InlineData("a: {{valeu}}", "v", "nothing is called `valeu`; there is value")]
    [InlineData("a: {{value", "v", "must be followed by a name")]
    public async Task Render_WrongTemplate_FailsNamingThePlace(string template, string value, string problem)
    {
        var failure = await FailAsync(new BlueprintRender(), Render(template).With("values", Value.Map(("value", Value.Of(value)))));
        Assert.Equal("blueprint.template", failure.Code);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(File1));
    }

    [Fact]
    public async Task Render_Secret_IsRefusedUnlessItIsAReference()
    {
        var stored = new SecretValue(new Secret("store:bootstrap/token", () => "canary"));
        var template = Render("blueprint: network\nsecrets:\n  token: {{token}}\n");
        var output = (await RunAsync(new BlueprintRender(), template.With("secrets", Value.Map(("token", stored))))).Output!;
        Assert.Contains("token: \"store:bootstrap/token\"", output.Get("text")!.AsString(), StringComparison.Ordinal);

        Assert.Equal("blueprint.secret", (await FailAsync(new BlueprintRender(), template.With("secrets", Value.Map(("token", new SecretValue(Secret.FromPlainText("canary"))))))).Code);
        Assert.Equal("blueprint.secret", (await FailAsync(new BlueprintRender(), template.With("values", Value.Map(("token", stored))))).Code);
        Assert.Equal("blueprint.secret", (await FailAsync(new BlueprintRender(), Value.Map(("content", Value.Map(("a", Value.List(stored))))))).Code);
    }

    [Fact]
    public async Task Render_ResultDoesNotCompile_FailsBeforeWriting()
    {
        var failure = await FailAsync(new BlueprintRender(), Render("bleuprint: network\n"));
        Assert.Equal("blueprint.invalid", failure.Code);
        Assert.Equal("network.yaml does not compile: 1:1 BP2001 first; 2:3 BP3001 second", failure.Message);
        Assert.Equal(2, ((ListValue)failure.Details!.Get("diagnostics")!).Items.Count);
        Assert.False(File.Exists(File1));
        Assert.True((await RunAsync(new BlueprintRender(), Render("bleuprint: network\n").With("compile", Value.Of(false)))).Changed);
    }

    [Fact]
    public async Task Render_Content_ReadsBackAsTheSameValue()
    {
        var content = Value.Map(
            ("blueprint", Value.Of("network")), ("yes", Value.Of("no")), ("number", Value.Of("1.0")), ("real", Value.Of(1.5)), ("int", Value.Of(7)), ("flag", Value.Of(true)),
            ("nothing", Value.Null), ("empty", Value.Of("")), ("lines", Value.Of("a\n b\n\nc\n")), ("trailing", Value.Of("a \nb")), ("odd", Value.Of("# - ? {x}: \"q\" \t\u0007")),
            ("list", Value.List(Value.Of("null"), Value.EmptyList, Value.EmptyMap, Value.Map(("a b", Value.Of("0x1"))))));
        var text = (await RunAsync(new BlueprintRender(), Value.Map(("content", content)))).Output!.Get("text")!.AsString()!;
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        Assert.Equal(content, Read(yaml.Documents[0].RootNode));
    }

    [Fact]
    public async Task Render_TemplateFileMissing_Fails() => Assert.Equal("file.notFound", (await FailAsync(new BlueprintRender(), Value.Map(("templateFile", Value.Of("/nowhere/x"))))).Code);

    [Fact]
    public async Task Submit_File_CallsTheCompiledDefinitionWithInputs()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "network.yaml"), "blueprint: network\n");
        var secret = new SecretValue(Secret.FromPlainText("canary"));
        var result = await RunAsync(new BlueprintSubmit(), Value.Map(
            ("path", Value.Of(Path.Combine(_folder, "network.yaml"))), ("with", Value.Map(("owner", Value.Of("me")))), ("secrets", Value.Map(("token", secret)))));
        Assert.Equal(ActivityResultKind.Call, result.Kind);
        Assert.Equal("network", result.Definition!.Name);
        Assert.Equal("canary", ((SecretValue)result.Inputs!.Get("token")!).Secret.Reveal());
        Assert.Equal(Value.Of("me"), result.Inputs.Get("owner"));
    }

    [Fact]
    public async Task Submit_BrokenText_FailsAlreadyInThePlan()
    {
        var input = Value.Map(("text", Value.Of("nope")));
        Assert.Equal("blueprint.invalid", (await Assert.ThrowsAsync<FailureException>(() => new BlueprintSubmit().PlanAsync(input, Context, CancellationToken.None))).Failure.Code);
        Assert.Equal("blueprint.invalid", (await FailAsync(new BlueprintSubmit(), input)).Code);
    }

    [Fact]
    public async Task Submit_FileMissing_PlansAndFails()
    {
        var input = Value.Map(("path", Value.Of(File1)));
        Assert.Equal(CheckState.Unknown, (await new BlueprintSubmit().PlanAsync(input, Context, CancellationToken.None)).State);
        Assert.Equal("blueprint.notFound", (await FailAsync(new BlueprintSubmit(), input)).Code);
    }

    private static (Definition?, IReadOnlyList<Diagnostic>) Compile(string file, string text) =>
        text.StartsWith("blueprint: network", StringComparison.Ordinal)
            ? (new Definition { Name = "network", Root = new ActivityNode { Id = "root", Type = ActivityTypes.Flowchart } }, [])
            : (null, [new Diagnostic("BP2001", Severity.Error, new SourceSpan(1, 1, 0, 1), "first"), new Diagnostic("BP3001", Severity.Error, new SourceSpan(2, 3, 9, 1), "second")]);

    /// <summary>YAML 1.2 core, as much of it as the writer uses.</summary>
    private static Value Read(YamlNode node) => node switch
    {
        YamlMappingNode map => Value.Map(map.Children.Select(entry => (((YamlScalarNode)entry.Key).Value!, Read(entry.Value)))),
        YamlSequenceNode list => Value.List(list.Children.Select(Read)),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } scalar => scalar.Value switch
        {
            "null" or "~" or "" => Value.Null,
            "true" => Value.Of(true),
            "false" => Value.Of(false),
            var text => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? Value.Of(number) : Value.Of(text),
        },
        _ => Value.Of(((YamlScalarNode)node).Value),
    };

    private MapValue Render(string template) => Value.Map(("template", Value.Of(template)), ("path", Value.Of(File1)));

    private Task<ActivityResult> RunAsync(Activity activity, MapValue input) => activity.ExecuteAsync(input, Context, CancellationToken.None);

    private async Task<Failure> FailAsync(Activity activity, MapValue input) => (await Assert.ThrowsAsync<FailureException>(() => RunAsync(activity, input))).Failure;
}
