using Orchestrator.Model.Elsa;

namespace Orchestrator.Engine.Elsa.Flowcharts;

/// <summary>How branches meet before a join.</summary>
internal enum JoinMode
{
    /// <summary>All that are still possible, if any was followed: what every activity but a join does.</summary>
    WaitAllActive,

    /// <summary>All, and all followed.</summary>
    WaitAll,

    /// <summary>The first; the others are cancelled.</summary>
    WaitAny,
}

/// <summary>FlowJoin: the meeting itself is decided by the flowchart; where the first wins, what is left of the others ends when it runs.</summary>
internal sealed class JoinRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        if (ModeOf(activity.Node) == JoinMode.WaitAny && interpreter.State.OwnerOf(activity) is { Node.Type: "Elsa.Flowchart" } flow)
            FlowchartRule.CancelAncestors(interpreter, flow, FlowchartRule.IndexOf(flow, activity.Node));
        interpreter.Complete(activity);
    }

    /// <summary>The mode of a join; other activities wait for all that are still possible.</summary>
    public static JoinMode ModeOf(ElsaActivity node)
    {
        if (node.Type != "Elsa.FlowJoin") return JoinMode.WaitAllActive;
        return (node.Inputs.GetValueOrDefault("mode")?.Content.AsString() ?? node.Bare.Get("mode")?.AsString()) switch
        {
            "WaitAll" => JoinMode.WaitAll,
            "WaitAllActive" => JoinMode.WaitAllActive,
            _ => JoinMode.WaitAny,
        };
    }
}
