using System.Text.Json;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>A start by a process that does not own the store: definition, inputs and labels in one message, sealed with the seal that both processes share.</summary>
internal static class StartMessage
{
    // A reference that holds the secret itself, sealed. As a secret of our JSON, because no input can look like one.
    private const string SealedPrefix = "sealed:";

    public static ReadOnlyMemory<byte> Write(StartRun start, SecretSeal seal) => SealedBody.Seal(Json(start, seal), seal);

    private static byte[] Json(StartRun start, SecretSeal seal) => Journal.EventCodec.Write((start, seal), static (writer, it) =>
    {
        writer.WriteStartObject();
        writer.WriteString("definition", Convert.ToBase64String(DefinitionJson.Write(it.start.Definition)));
        writer.WriteString("hash", it.start.Definition.Hash);
        writer.WritePropertyName("inputs");
        ValueJson.Write(writer, Sealed(it.start.Inputs, it.seal));
        if (it.start.StartKey is { } key) writer.WriteString("startKey", key);
        if (it.start.FromText) writer.WriteBoolean("fromText", true);
        writer.WriteStartObject("labels");
        foreach (var (name, value) in it.start.Labels ?? new Dictionary<string, string>()) writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    public static async Task HandleAsync(EngineCore core, InboxMessage message)
    {
        try
        {
            using var document = JsonDocument.Parse(SealedBody.Open(message.Body, core.Options.Seal));
            var body = document.RootElement;
            var definition = DefinitionJson.Read(Convert.FromBase64String(body.GetProperty("definition").GetString()!)) with { Hash = body.GetProperty("hash").GetString()! };
            var inputs = (MapValue)Opened(ValueJson.Read(body.GetProperty("inputs"), core.AnySecrets.Resolve), core.Options.Seal);
            var prepared = await core.Starting.PrepareAsync(definition, inputs, core.Now(), message.RunId, body.TryGetProperty("fromText", out _)).ConfigureAwait(false);
            prepared = prepared with
            {
                By = message.By,
                StartKey = body.TryGetProperty("startKey", out var key) ? key.GetString() : null,
                Labels = body.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
            };
            var result = await core.Starting.StartAsync(prepared, message).ConfigureAwait(false);
            if (result.Existing) await core.Desk.RefuseAsync([message], $"run {result.RunId} was started under this key before").ConfigureAwait(false);
        }
        catch (InputRejectedException rejected)
        {
            await core.Desk.RefuseAsync([message], rejected.Message).ConfigureAwait(false);
        }
        catch (FailureException failed)
        {
            await core.Desk.RefuseAsync([message], failed.Failure.ToString()).ConfigureAwait(false);
        }
    }

    private static Value Sealed(Value value, SecretSeal seal) => value switch
    {
        SecretValue { Secret: { Reference: Secret.Derived } secret } =>
            new SecretValue(new Secret(SealedPrefix + Convert.ToBase64String(seal.Protect(secret.Reveal())), secret.Reveal, secret.ExpiresAt)),
        ListValue { HasSecret: true } list => Value.List(list.Items.Select(item => Sealed(item, seal))),
        MapValue { HasSecret: true } map => Value.Map(map.Entries.Select(entry => (entry.Key, Sealed(entry.Value, seal)))),
        _ => value,
    };

    private static Value Opened(Value value, SecretSeal seal) => value switch
    {
        SecretValue { Secret: var secret } when secret.Reference.StartsWith(SealedPrefix, StringComparison.Ordinal) =>
            new SecretValue(Secret.FromPlainText(seal.Unprotect(Convert.FromBase64String(secret.Reference[SealedPrefix.Length..])), secret.ExpiresAt)),
        MapValue { HasSecret: true } map => Value.Map(map.Entries.Select(entry => (entry.Key, Opened(entry.Value, seal)))),
        ListValue { HasSecret: true } list => Value.List(list.Items.Select(item => Opened(item, seal))),
        _ => value,
    };
}
