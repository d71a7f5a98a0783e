using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Journals;

/// <summary>A journal as a file: the definition in the first line, with the one that it is migrated to if it is, a row in each further line.</summary>
internal sealed record RecordedJournal(Definition Definition, IReadOnlyList<StoredEvent> Rows, Definition? Next = null)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public RunGraph Graph { get; } = new(Definition, Bench.Activities(new World()));

    private RunGraph? NextGraph { get; } = Next is null ? null : new(Next, Bench.Activities(new World()));

    public static string Folder { get; } = Path.Combine(ProjectFolder(), "Journals");

    public static RecordedJournal Read(string scenario)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, $"{scenario}.v1.jsonl"));
        using var head = JsonDocument.Parse(lines[0]);
        return new RecordedJournal(Defined(head.RootElement), [.. lines.Skip(1).Select(Row)], head.RootElement.TryGetProperty("next", out var next) ? Defined(next) : null);
    }

    /// <summary>The graph that a snapshot belongs to.</summary>
    public RunGraph GraphOf(JsonElement snapshot) => snapshot.GetProperty("definition").GetString() == Graph.Definition.Hash ? Graph : NextGraph!;

    public async Task WriteAsync(string scenario)
    {
        var head = Written(Definition);
        if (Next is not null) head["next"] = Written(Next);
        var lines = new List<string> { head.ToJsonString() };
        foreach (var row in Rows)
            lines.Add($"{{\"seq\":{row.Seq},\"type\":\"{row.Type}\",\"at\":{row.At.ToUnixTimeMilliseconds()},\"step\":{JsonSerializer.Serialize(row.Step)},\"attempt\":{row.Attempt},\"body\":{(row.Body.IsEmpty ? "{}" : Encoding.UTF8.GetString(row.Body.Span))}}}");
        await File.WriteAllLinesAsync(Path.Combine(Folder, $"{scenario}.v1.jsonl"), lines);
        await File.WriteAllTextAsync(ViewPath(scenario), View(Folded(Rows.Count)));
    }

    public static string ViewPath(string scenario) => Path.Combine(Folder, $"{scenario}.view.json");

    public RunState Folded(int count) => Behind(new RunState("r", Graph), 0, count);

    /// <summary>Folds the rows behind a state into it.</summary>
    public RunState Behind(RunState state, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            state.Next = NextGraph;
            Fold.Apply(state, EventCodec.Read(Rows[i], null));
            state.Seq = Rows[i].Seq;
        }

        return state;
    }

    public static string View(RunState state)
    {
        var view = RunViews.Of(state);
        var json = new
        {
            status = view.Status.ToString(), failure = view.Failure?.ToString(), outputs = view.Outputs?.ToString(), created = view.CreatedAt, completed = view.CompletedAt, lastSeq = view.LastSeq,
            steps = view.Steps.Select(View),
        };
        return JsonSerializer.Serialize(json, Readable) + "\n";
    }

    private static object View(StepView step) => new
    {
        key = step.Key, status = step.Status.ToString(), attempt = step.Attempt, changed = step.Changed, output = step.Output?.ToString(), failure = step.Failure?.ToString(), child = step.ChildRunId,
        started = step.StartedAt, completed = step.CompletedAt, children = step.Children.Select(View),
    };

    private static Definition Defined(JsonElement json) =>
        DefinitionJson.Read(Encoding.UTF8.GetBytes(json.GetProperty("definition").GetRawText())) with { Hash = json.GetProperty("hash").GetString()! };

    private static JsonObject Written(Definition definition) => new() { ["hash"] = definition.Hash, ["definition"] = JsonNode.Parse(DefinitionJson.Write(definition)) };

    private static StoredEvent Row(string line)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        var body = row.GetProperty("body").GetRawText();
        return new StoredEvent(
            "r", row.GetProperty("seq").GetInt64(), row.GetProperty("type").GetString()!, DateTimeOffset.FromUnixTimeMilliseconds(row.GetProperty("at").GetInt64()), row.GetProperty("step").GetString(),
            row.GetProperty("attempt").GetInt32(), body == "{}" ? default : Encoding.UTF8.GetBytes(body));
    }

    private static string ProjectFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Orchestrator.Engine.Tests.csproj"))) return at.FullName;
        throw new InvalidOperationException("the tests run outside of their repository");
    }
}
