using Orchestrator.Engine.Runs;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>Elsa's two words for where a run stands. Cancelled and faulted runs are finished, suspended and paused ones are running.</summary>
internal static class InstanceStatus
{
    /// <summary><c>Running</c> or <c>Finished</c>.</summary>
    public static string Main(RunStatus status) => status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled ? "Finished" : "Running";

    /// <summary>The finer word.</summary>
    public static string Sub(RunStatus status) => status switch
    {
        RunStatus.Pending => "Pending",
        RunStatus.Running => "Executing",
        RunStatus.Waiting or RunStatus.Paused => "Suspended",
        RunStatus.Completed => "Finished",
        RunStatus.Failed => "Faulted",
        _ => "Cancelled",
    };

    /// <summary>The statuses that both words name; null when there is no such filter.</summary>
    public static IReadOnlyList<RunStatus>? Of(IReadOnlyCollection<string> main, IReadOnlyCollection<string> sub)
    {
        if (main.Count == 0 && sub.Count == 0) return null;
        foreach (var word in main.Where(word => word is not ("Running" or "Finished"))) throw new ElsaRejectedException("statuses", $"`{word}` is none of Running, Finished.");
        foreach (var word in sub.Where(word => word is not ("Pending" or "Executing" or "Suspended" or "Finished" or "Faulted" or "Cancelled" or "Interrupted")))
            throw new ElsaRejectedException("subStatuses", $"`{word}` is none of Pending, Executing, Suspended, Finished, Faulted, Cancelled, Interrupted.");
        return [.. Enum.GetValues<RunStatus>().Where(status => (main.Count == 0 || main.Contains(Main(status))) && (sub.Count == 0 || sub.Contains(Sub(status))))];
    }
}
