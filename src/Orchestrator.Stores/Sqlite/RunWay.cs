using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

/// <summary>A way to rows of <c>run</c> by indices: ranges whose rows are called <c>s</c> and have at least <c>s.run_id</c>. Every run comes once, unless the branches overlap.</summary>
/// <param name="Branches">The ranges.</param>
/// <param name="Covers">What of the query holds for all of them.</param>
/// <param name="Size">How many rows they have, or a number that is not lower and not few; -1 = nobody looked yet.</param>
internal sealed record RunWay(IReadOnlyList<(string From, string Where)> Branches, RunParts Covers, long Size)
{
    /// <summary>The instant in whose order each branch lies; <c>s</c> has its column. Null = in none.</summary>
    public RunInstant? Orders { get; init; }

    /// <summary>So many of the first branches have no run in common; one of the others may have any.</summary>
    public int Apart { get; init; } = Branches.Count;

    /// <summary>How many rows each branch has, limits in time apart; empty = nobody counted.</summary>
    public IReadOnlyList<long> Rows { get; init; } = [];
}

/// <summary>The parts of a <see cref="RunQuery"/>.</summary>
[Flags]
internal enum RunParts
{
    /// <summary>Nothing is asked for.</summary>
    None = 0,

    /// <summary>The status.</summary>
    Status = 1,

    /// <summary>The blueprint.</summary>
    Blueprint = 2,

    /// <summary>The content hash.</summary>
    Definition = 4,

    /// <summary>The run itself.</summary>
    RunId = 8,

    /// <summary>The parent.</summary>
    Parent = 16,

    /// <summary>The version.</summary>
    Version = 32,

    /// <summary>A label.</summary>
    Label = 64,

    /// <summary>Some text.</summary>
    Text = 128,

    /// <summary>When it was created, the keyset's limit included.</summary>
    Created = 256,

    /// <summary>When it changed.</summary>
    Updated = 512,

    /// <summary>When it ended.</summary>
    Completed = 1024,
}
