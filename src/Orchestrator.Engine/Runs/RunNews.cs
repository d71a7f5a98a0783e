using Orchestrator.Engine.Folding;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Runs;

/// <summary>What a commit of a run means for those who hold a request open. It is on disk before anybody hears of it.</summary>
/// <param name="Status">The run's status after it.</param>
/// <param name="Responses">The responses written by it, in order.</param>
/// <param name="Woken">Ids of bookmarks that are over since it.</param>
public sealed record RunNews(RunStatus Status, IReadOnlyList<WrittenResponse> Responses, IReadOnlyList<string> Woken)
{
    /// <summary>Null when the commit means nothing to them.</summary>
    internal static RunNews? Of(RunState state, RunStatus status)
    {
        var elsa = state.Elsa;
        if (status == RunStatus.Running && elsa is null or { NewResponses.Count: 0, GoneBookmarks.Count: 0 }) return null;
        return elsa is null ? new RunNews(status, [], []) : new RunNews(status, [.. elsa.NewResponses], [.. elsa.GoneBookmarks]);
    }

    /// <summary>As others may hear it. Apart from <see cref="Of"/>: most commits have nobody who listens, and a response may be a large file.</summary>
    internal RunNews Masked() => this with { Responses = [.. Responses.Select(response => response with { Inputs = Executions.Masked(response.Inputs) })] };
}

/// <summary>A response that a workflow wrote for whoever asked.</summary>
/// <param name="Type"><c>Elsa.WriteHttpResponse</c> or <c>Elsa.WriteFileHttpResponse</c>.</param>
/// <param name="Inputs">What it says, by property name; secrets are masked.</param>
public sealed record WrittenResponse(string Type, MapValue Inputs)
{
    /// <summary>True for the types of activities that write one.</summary>
    public static bool IsOne(string type) => type is "Elsa.WriteHttpResponse" or "Elsa.WriteFileHttpResponse";
}
