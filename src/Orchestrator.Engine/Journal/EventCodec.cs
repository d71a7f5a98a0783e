using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>Events to rows and back.</summary>
internal static class EventCodec
{
    private static readonly Dictionary<string, Func<EventBody, JournalEvent>> Readers = new(StringComparer.Ordinal)
    {
        [RunStarted.Name] = RunStarted.Read,
        [RunAdmitted.Name] = RunAdmitted.Read,
        [RunRecovered.Name] = RunRecovered.Read,
        [RunContinued.Name] = RunContinued.Read,
        [RunAltered.Name] = RunAltered.Read,
        [RunMigrated.Name] = RunMigrated.Read,
        [RunReleased.Name] = RunReleased.Read,
        [RunPhaseEntered.Name] = RunPhaseEntered.Read,
        [RunCompleted.Name] = RunCompleted.Read,
        [RunFailed.Name] = RunFailed.Read,
        [RunCancelRequested.Name] = RunCancelRequested.Read,
        [RunCancelled.Name] = RunCancelled.Read,
        [RunTerminated.Name] = RunTerminated.Read,
        [RunReopened.Name] = RunReopened.Read,
        [StepStarted.Name] = StepStarted.Read,
        [StepIntended.Name] = StepIntended.Read,
        [StepCompleted.Name] = StepCompleted.Read,
        [StepFailed.Name] = StepFailed.Read,
        [StepRetryScheduled.Name] = StepRetryScheduled.Read,
        [StepPolled.Name] = StepPolled.Read,
        [StepPaused.Name] = StepPaused.Read,
        [StepCancelled.Name] = StepCancelled.Read,
        [StepRefreshed.Name] = StepRefreshed.Read,
        [StepRetried.Name] = StepRetried.Read,
        [StepSkipped.Name] = StepSkipped.Read,
        [ChildStarted.Name] = ChildStarted.Read,
        [SignalReceived.Name] = SignalReceived.Read,
        [ApprovalGiven.Name] = ApprovalGiven.Read,
    };

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _scratch;

    /// <summary>Names of all event types.</summary>
    public static IReadOnlyCollection<string> Types => Readers.Keys;

    /// <summary>The body as JSON; empty when the type says it all.</summary>
    public static byte[] Write(JournalEvent journalEvent) => Write(journalEvent, static (writer, it) =>
    {
        writer.WriteStartObject();
        it.Write(writer);
        if (it.Moves is { Count: > 0 } moves)
        {
            writer.WriteStartArray("moves");
            foreach (var move in moves) move.Write(writer);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    });

    /// <summary>Compact JSON from a writer that is kept per thread.</summary>
    public static byte[] Write<T>(T subject, Action<Utf8JsonWriter, T> write)
    {
        if (_scratch is not { } scratch)
        {
            var made = new ArrayBufferWriter<byte>(1024);
            _scratch = scratch = (made, new Utf8JsonWriter(made, Relaxed));
        }

        var (buffer, writer) = scratch;
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        write(writer, subject);
        writer.Flush();
        return buffer.WrittenSpan is [(byte)'{', (byte)'}'] ? [] : buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a row; an unknown type throws <see cref="UnknownEventException"/>.</summary>
    public static JournalEvent Read(StoredEvent row, ValueJson.ResolveSecret? resolve)
    {
        if (!Readers.TryGetValue(row.Type, out var read)) throw new UnknownEventException(row.RunId, row.Seq, row.Type);
        if (row.Body.IsEmpty) return read(default) with { At = row.At, Step = row.Step, Attempt = row.Attempt };
        using var document = JsonDocument.Parse(row.Body);
        var body = new EventBody(document.RootElement, resolve);
        var moves = body.Items("moves", Move.Read);
        return read(body) with { At = row.At, Step = row.Step, Attempt = row.Attempt, Moves = moves.Count == 0 ? null : moves };
    }
}
