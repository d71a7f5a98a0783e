using System.Text;
using System.Text.Json;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Definitions;

public sealed class DefinitionJsonTests
{
    [Fact]
    public void Read_Written_GivesTheSameDefinition()
    {
        var definition = DefinitionJson.Sealed(Full());

        var back = DefinitionJson.Read(DefinitionJson.Write(definition));

        Assert.Equal(Text(definition), Text(back));
        Assert.Equal(Structure.Of(definition), Structure.Of(back));
        Assert.Equal(definition.Hash, DefinitionJson.ContentHash(back));
    }

    [Fact]
    public void Hash_OrderOfDictionaries_DoesNotMatter()
    {
        var one = Full() with { Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } };
        var two = Full() with { Labels = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } };

        Assert.Equal(DefinitionJson.ContentHash(one), DefinitionJson.ContentHash(two));
        Assert.NotEqual(DefinitionJson.ContentHash(one), DefinitionJson.ContentHash(one with { Retain = TimeSpan.FromDays(1) }));
    }

    [Fact]
    public void Write_Activity_HasElsasShape()
    {
        using var json = JsonDocument.Parse(DefinitionJson.Write(Full()));
        var root = json.RootElement.GetProperty("root");
        var ports = root.GetProperty("activities")[1];

        Assert.Equal("bootstrap", json.RootElement.GetProperty("definitionId").GetString());
        Assert.Equal("Elsa.Flowchart", root.GetProperty("type").GetString());
        Assert.Equal("Workflow1:steps:ports", ports.GetProperty("nodeId").GetString());
        Assert.Equal("""{"typeName":"Object","expression":{"type":"Object","value":"[\"80/tcp\"]"}}""", Compact(ports.GetProperty("rules")));
        Assert.Equal("""{"typeName":"String","expression":{"type":"Literal","value":"orchestrator"}}""", Compact(ports.GetProperty("withName")));
        Assert.Equal("""{"typeName":"Object","expression":{"type":"JavaScript","value":"`x ${inputs.host}`"}}""", Compact(ports.GetProperty("text")));
        Assert.Equal("""{"source":{"activity":"ports-if","port":"True"},"target":{"activity":"ports","port":"In"},"vertices":[]}""", Compact(root.GetProperty("connections")[0]));
        Assert.Equal("""{"designer":{"position":{"x":380,"y":100}}}""", Compact(ports.GetProperty("metadata")));
    }

    [Fact]
    public void Read_MadeInStudio_SurvivesUnknownActivitiesAndProperties()
    {
        const string Studio = """
            {"definitionId":"order-flow","name":"Order flow","version":5,
             "inputs":[{"type":"Int32","name":"Amount","description":""}],
             "variables":[{"id":"v1","name":"Total","typeName":"Int32","value":"7"}],
             "root":{"id":"flow","type":"Elsa.Flowchart","version":1,"customProperties":{"mergeMode":"token"},"metadata":{},
              "activities":[{"id":"say","name":"say","type":"Acme.Sing","version":3,
                "text":{"typeName":"String","expression":{"type":"Liquid","value":"small {{ Variables.Total }}"}},
                "loud":{"typeName":"Boolean","expression":{"type":"Literal","value":true}},
                "result":{"typeName":"String","memoryReference":{"id":"v1"}},
                "customProperties":{"canStartWorkflow":true},"metadata":{"designer":{"position":{"x":7,"y":9}}}}],
              "connections":[]}}
            """;

        var once = DefinitionJson.Read(Encoding.UTF8.GetBytes(Studio));
        var twice = DefinitionJson.Read(DefinitionJson.Write(once));
        var say = twice.Root.Activities[0];

        Assert.Equal(Text(once), Text(twice));
        Assert.Equal("Acme.Sing", say.Type);
        Assert.Equal(Value.Of(true), say.Inputs["loud"].ConstantValue);
        Assert.Equal("Liquid", say.Extra.Get("text")?.Get("expression")?.Get("type")?.AsString());
        Assert.Equal(Value.Of(7), say.Extra.Get("metadata")?.Get("designer")?.Get("position")?.Get("x"));
        Assert.Equal(Value.Of(true), say.Extra.Get("customProperties")?.Get("canStartWorkflow"));
        Assert.Equal("token", twice.Root.Extra.Get("customProperties")?.Get("mergeMode")?.AsString());
        Assert.Equal(SchemaKind.Int, once.Inputs.Field("Amount")?.Schema.Kind);
        Assert.Equal(Value.Of(7), once.Vars[0].Expression.ConstantValue);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"name":"x"}""")]
    [InlineData("""{"name":"x","root":{"id":"a"}}""")]
    public void Read_NoDefinition_ThrowsFormatException(string json) => Assert.Throws<FormatException>(() => DefinitionJson.Read(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("name", "withName")]
    [InlineData("id", "withId")]
    [InlineData("rules", "rules")]
    [InlineData("without", "without")]
    [InlineData("withName", "withWithName")]
    public void PropertyName_Input_HasItsWayBack(string input, string property)
    {
        Assert.Equal(property, DefinitionJson.PropertyName(input));
        Assert.Equal(input, DefinitionJson.InputName(property));
    }

    [Fact]
    public void Layout_Branches_LieBelowEachOtherAndJoinToTheRight()
    {
        var placed = DesignerLayout.Of(Diamond(new Connection("start", null, "join")));

        Assert.Equal((100, 100), placed["start"]);
        Assert.Equal([(380, 100), (380, 240)], new[] { placed["a"], placed["b"] }.Order());
        Assert.Equal((660, 100), placed["join"]);
    }

    [Fact]
    public void Layout_Loop_PlacesEachOnce() =>
        Assert.Equal(4, DesignerLayout.Of(Diamond(new Connection("join", null, "start"))).Values.Distinct().Count());

    private static ActivityNode Diamond(Connection more) => new()
    {
        Id = "f", Type = ActivityTypes.Flowchart,
        Activities = [.. new[] { "join", "b", "a", "start" }.Select(id => new ActivityNode { Id = id, Type = "run" })],
        Connections = [new("start", null, "a"), new("start", null, "b"), new("a", null, "join"), new("b", null, "join"), more],
    };

    private static string Text(Definition definition) => Encoding.UTF8.GetString(DefinitionJson.Write(definition));

    private static string Compact(JsonElement json) => ValueJson.Serialize(ValueJson.Read(json));

    private static Definition Full()
    {
        var span = new SourceSpan(3, 5, 40, 12);
        var ports = new ActivityNode
        {
            Id = "ports", Type = "firewall.open", Version = 2, Name = "Open the ports", Span = span,
            Inputs = new Dictionary<string, Expression>
            {
                ["rules"] = Expression.Parse("['80/tcp']"), ["name"] = Expression.Parse("'orchestrator'"), ["text"] = Expression.Parse("`x ${inputs.host}`"),
                ["count"] = Expression.Parse("1.5"), ["none"] = Expression.Parse("null"), ["on"] = Expression.Parse("true"),
            },
            Policy = new StepPolicy
            {
                Target = "node", Environment = new Dictionary<string, Expression> { ["A"] = Expression.Parse("secrets.token") },
                AttemptTimeout = TimeSpan.FromSeconds(30), TotalTimeout = TimeSpan.FromHours(24), QueueTimeout = TimeSpan.FromMinutes(2), HeartbeatTimeout = TimeSpan.FromSeconds(9),
                Retry = new RetryPolicy { IsExplicit = true, Max = 6, Delay = TimeSpan.FromSeconds(1), Backoff = Backoff.Linear, Factor = 1.5, MaxDelay = TimeSpan.FromMinutes(1), Jitter = false, For = TimeSpan.FromHours(1), On = ["git.pushRejected"] },
                Until = Expression.Parse("result.ok"), Every = TimeSpan.FromSeconds(20), Undo = new ActivityNode { Id = "ports-undo", Type = "firewall.close" },
                NoUndo = true, AllowFailure = true, Outputs = [new("n", Expression.Parse("result.n"))], Log = LogLevel.Errors, Effect = Effect.Read,
            },
        };
        var body = new ActivityNode { Id = "each-body", Type = ActivityTypes.Flowchart, Start = "inner", Activities = [new ActivityNode { Id = "inner", Name = "inner", Type = "run" }] };
        var each = new ActivityNode { Id = "each", Type = ActivityTypes.ForEach, Inputs = new Dictionary<string, Expression> { ["in"] = Expression.Parse("inputs.hosts") }, Bodies = new Dictionary<string, ActivityNode> { ["body"] = body } };
        var decision = new ActivityNode { Id = "ports-if", Type = ActivityTypes.FlowDecision, Inputs = new Dictionary<string, Expression> { ["condition"] = Expression.Parse("inputs.on") } };
        return new Definition
        {
            Name = "bootstrap", Version = 3, Description = "Ä host", Source = new BlueprintSource("bootstrap.yaml", "blueprint: bootstrap\n"),
            Labels = new Dictionary<string, string> { ["team"] = "infra" },
            Inputs = Schema.Object(
                new("host", Schema.String with { Format = "host", Pattern = "a+", MinLength = 1, MaxLength = 9 }, true, "The host."),
                new("hosts", Schema.ListOf(Schema.String with { Secret = true }), false, "Hosts.", Value.EmptyList),
                new("vlan", Schema.Int with { Min = 1, Max = 4094, Enum = [Value.Of(1), Value.Of(2)] }, false, "VLAN.", Value.Of(1))),
            InputSpans = new Dictionary<string, SourceSpan> { ["host"] = span },
            Checks = [new(Expression.Parse("inputs.vlan != null"), "Give a VLAN.", span)],
            Vars = [new("a", Expression.Parse("[1, 'x']")), new("b", Expression.Parse("vars.a[0] + 1"))],
            Secrets = new Dictionary<string, string> { ["token"] = "store:x" },
            Targets = new Dictionary<string, TargetPlan> { ["node"] = new("ssh", Expression.Parse("{address: inputs.host}"), Expression.Parse("{a: {}}"), 5) },
            Triggers =
            [
                new TriggerPlan(
                    "hook", "webhook", Value.Map(("path", Value.Of("x"))), If: Expression.Parse("event.body.ok"), Dedupe: Expression.Parse("event.id"),
                    With: Expression.Parse("{host: event.body.host}")),
                new TriggerPlan("night", "cron", Value.Map(("expr", Value.Of("0 3 * * *"))), Enabled: false),
            ],
            Concurrency = new(Expression.Parse("`b/${inputs.host}`"), 2, OnLimit.CancelOldest),
            Timeout = TimeSpan.FromDays(2), OnFailure = OnFailure.Rollback, Retain = TimeSpan.FromDays(5),
            Root = new ActivityNode
            {
                Id = "steps", Type = ActivityTypes.Flowchart, Activities = [decision, ports, each],
                Connections = [new("ports-if", "True", "ports"), new("ports", null, "each"), new("ports-if", "False", "each")],
            },
            Rescue = body with { Id = "rescue" }, Always = body with { Id = "always" },
            Outputs = [new("url", Expression.Parse("`https://${inputs.host}`"))],
        };
    }
}
