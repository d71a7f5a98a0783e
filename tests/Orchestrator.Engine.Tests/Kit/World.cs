using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Tests.Kit;

/// <summary>The world the test activities act on, with the ledger: what happened to it, per idempotency key. It survives every crash of the engine.</summary>
public sealed class World
{
    /// <summary>How often an activity was executed, per key.</summary>
    public Dictionary<string, int> Executions { get; } = [];

    /// <summary>How often the world was changed, per key.</summary>
    public Dictionary<string, int> Effects { get; } = [];

    /// <summary>Keys that were taken back, in order.</summary>
    public List<string> Undone { get; } = [];

    /// <summary>What <c>test.desired</c> made, and what was there before.</summary>
    public SortedSet<string> Things { get; } = new(StringComparer.Ordinal) { "old" };

    /// <summary>All that happened, in order: <c>run KEY</c>, <c>undo KEY</c>, <c>verify KEY</c>.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Attempts that hang until they are cancelled, by step key.</summary>
    public HashSet<string> Hanging { get; } = [];

    /// <summary>Attempts that ignore their cancellation, by step key.</summary>
    public Dictionary<string, TaskCompletionSource> Stubborn { get; } = [];

    /// <summary>Failures to throw by step key: the next execution takes the first.</summary>
    public Dictionary<string, Queue<Failure>> Failures { get; } = [];

    /// <summary>Where steps acted and with what environment: <c>KEY on TARGET settings NAME=VALUE…</c>.</summary>
    public List<string> Places { get; } = [];

    /// <summary>Lines to log by step key, before anything else.</summary>
    public Dictionary<string, string[]> Lines { get; } = [];

    public int Count(string stepKey) => Executions.Where(entry => StepOf(entry.Key) == stepKey).Sum(entry => entry.Value);

    public static int Add(Dictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static string StepOf(string key) => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..].Split('#')[0];
}
