using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Sessions;

/// <summary>What somebody asks of a run.</summary>
/// <param name="Kind">Kind of the inbox message.</param>
/// <param name="RunId">The run.</param>
/// <param name="Body">The message's body.</param>
/// <param name="Done">What to say when it was granted.</param>
internal sealed record Wish(string Kind, string RunId, MapValue Body, string Done)
{
    /// <summary>Counts once per run and key; null = counts each time.</summary>
    public string? Key { get; init; }

    /// <summary>True to follow the run also when another process drives it.</summary>
    public bool Follow { get; init; }

    /// <summary>True when asking is all there is to it: the run is not followed, also when this process drives it on.</summary>
    public bool Leave { get; init; }
}
