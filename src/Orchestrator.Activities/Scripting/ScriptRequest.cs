using System.Text;
using System.Text.Json;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Scripting;

/// <summary>What goes to a worker.</summary>
internal sealed record ScriptRequest(string Source, ScriptContext Context, TimeSpan Deadline)
{
    public byte[] Write()
    {
        var given = Context;
        return Encoding.UTF8.GetBytes(ValueJson.Serialize(Value.Map(
            ("source", Value.Of(Source)), ("deadline", Value.Of(Deadline.TotalMilliseconds)),
            ("variables", given.Variables), ("input", given.Input), ("outputs", given.Outputs), ("arguments", given.Arguments), ("lastResult", given.LastResult),
            ("runId", Value.Of(given.RunId)), ("definitionId", Value.Of(given.DefinitionId)), ("definitionVersionId", Value.Of(given.DefinitionVersionId)), ("version", Value.Of(given.Version)),
            ("correlationId", Value.Of(given.CorrelationId)), ("name", Value.Of(given.Name)), ("now", Value.Of(given.Now.ToUnixTimeMilliseconds())),
            ("seed", Value.Of(given.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture))))));
    }

    public static ScriptRequest Read(byte[] json)
    {
        var given = ValueJson.Parse(Encoding.UTF8.GetString(json));
        string? TextOf(string key) => given.Get(key)?.AsString();
        MapValue MapOf(string key) => (MapValue)given.Get(key)!;
        double NumberOf(string key) => ((NumberValue)given.Get(key)!).Number;
        return new ScriptRequest(TextOf("source")!, new ScriptContext
        {
            Variables = MapOf("variables"), Input = MapOf("input"), Outputs = MapOf("outputs"), Arguments = MapOf("arguments"), LastResult = given.Get("lastResult")!,
            RunId = TextOf("runId")!, DefinitionId = TextOf("definitionId")!, DefinitionVersionId = TextOf("definitionVersionId")!, Version = (int)NumberOf("version"),
            CorrelationId = TextOf("correlationId"), Name = TextOf("name"), Now = DateTimeOffset.FromUnixTimeMilliseconds((long)NumberOf("now")),
            Seed = long.Parse(TextOf("seed")!, System.Globalization.CultureInfo.InvariantCulture),
        }, TimeSpan.FromMilliseconds(NumberOf("deadline")));
    }
}

/// <summary>What a worker answers.</summary>
internal static class ScriptAnswer
{
    public static byte[] Write(JsonElement result) => JsonSerializer.SerializeToUtf8Bytes(result, Options);

    public static byte[] Write(Failure failure) =>
        Encoding.UTF8.GetBytes(PlainJson.Serialize(Value.Map(("code", Value.Of(failure.Code)), ("message", Value.Of(failure.Message)))));

    public static ScriptResult Read(byte[] json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1000 });
        var given = (MapValue)PlainJson.Read(document.RootElement);
        if (given.Get("code")?.AsString() is { } code) throw new FailureException(code, FailureKind.Permanent, given.Get("message")!.AsString()!);
        return new ScriptResult
        {
            Value = given.Get("value")!, VariableWrites = (MapValue)given.Get("writes")!,
            Outcomes = given.Get("outcomes") is ListValue names ? [.. names.Items.Select(name => name.AsString()!)] : null,
            CorrelationId = given.Get("correlationId")?.AsString(), Name = given.Get("name")?.AsString(),
        };
    }

    private static readonly JsonSerializerOptions Options = new() { MaxDepth = 1000 };
}
