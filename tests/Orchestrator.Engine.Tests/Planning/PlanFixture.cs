using System.Globalization;
using System.Text;
using Orchestrator.Engine.Planning;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Planning;

/// <summary>Definitions in a few words, and their plans as text: a line per step, indented, <c>key: State reason | changes</c>.</summary>
internal static class PlanFixture
{
    public static ActivityNode Step(string id, string finds, params (string Name, string Expression)[] inputs) => new()
    {
        Id = id,
        Type = "scripted.check",
        Inputs = Inputs([("finds", $"'{finds}'"), .. inputs]),
    };

    public static ActivityNode Node(string id, string type, (string Name, string Expression)[] inputs, params (string Role, ActivityNode Flow)[] bodies) => new()
    {
        Id = id, Type = type, Inputs = Inputs(inputs), Bodies = bodies.ToDictionary(body => body.Role, body => body.Flow),
    };

    /// <summary>One step after the other. A step given as <c>(condition, step)</c> is preceded by a decision, as the compiler does it.</summary>
    public static ActivityNode Flow(params (string? If, ActivityNode Step)[] steps)
    {
        var (nodes, connections) = (new List<ActivityNode>(), new List<Connection>());
        List<(string Id, string? Port)> loose = [];
        foreach (var (condition, step) in steps)
        {
            var entry = condition is null ? step.Id : step.Id + "-if";
            connections.AddRange(loose.Select(end => new Connection(end.Id, end.Port, entry)));
            loose = [(step.Id, null)];
            if (condition is not null)
            {
                nodes.Add(Node(entry, ActivityTypes.FlowDecision, [("condition", condition)]));
                connections.Add(new Connection(entry, "True", step.Id));
                loose.Add((entry, "False"));
            }

            nodes.Add(step);
        }

        return new ActivityNode { Id = "flow", Type = ActivityTypes.Flowchart, Activities = nodes, Connections = connections };
    }

    public static ActivityNode Flow(params ActivityNode[] steps) => Flow([.. steps.Select(step => ((string?)null, step))]);

    public static Definition Define(ActivityNode root) => new() { Name = "boot", Root = root };

    public static PlanOptions Options { get; } = new()
    {
        Activities = new ActivityCatalog([new ScriptedCheck()]),
        OpenTarget = (name, kind, settings, _) => settings.Get("address")?.AsString() == "192.0.2.1"
            ? throw new FailureException("target.unreachable", FailureKind.Transient, "192.0.2.1:22 does not answer")
            : Task.FromResult<Target>(new NoTarget { Name = name, Where = $"{kind} {settings.Get("address")}" }),
        ResolveSecret = reference => reference == "store:gone"
            ? throw new FailureException("secret.missing", FailureKind.Permanent, "there is no secret store:gone")
            : "s3cret-plain-text",
    };

    public static async Task<string> PlanAsync(Definition definition, MapValue? inputs = null, PlanOptions? options = null) =>
        Print(await RunPlanner.PlanAsync(definition, inputs ?? Value.EmptyMap, options ?? Options, CancellationToken.None));

    public static string Print(PlanReport report)
    {
        var text = new StringBuilder();
        foreach (var step in report.Steps) Print(text, step, 0);
        if (report.Outputs.Entries.Count > 0) text.Append(CultureInfo.InvariantCulture, $"outputs: {report.Outputs}\n");
        return text.ToString();
    }

    private static void Print(StringBuilder text, StepPlan step, int depth)
    {
        text.Append(' ', depth * 2).Append(CultureInfo.InvariantCulture, $"{step.Key}: {step.State}");
        if (step.Reason is { } reason) text.Append(' ').Append(reason);
        if (step.Changes.Count > 0) text.Append(" | ").AppendJoin("; ", step.Changes);
        text.Append('\n');
        foreach (var child in step.Children) Print(text, child, depth + 1);
    }

    private static Dictionary<string, Expression> Inputs((string Name, string Expression)[] inputs) =>
        inputs.ToDictionary(input => input.Name, input => Expression.Parse(input.Expression));

    public static Schema Fields(params string[] names) => Schema.Object(names.Select(name => new SchemaField(name, Schema.String, false, name, Value.Of($"default {name}"))));

    private sealed class NoTarget : Target
    {
        public required string Where { get; init; }

        public override string Kind => "none";

        public override string Address => Where;

        public override Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<TargetFile?> ReadFileAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, Model.Targets.FileAttributes attributes, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task UploadAsync(string localPath, string path, Model.Targets.FileAttributes attributes, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<Stream> OpenStreamAsync(StreamAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
