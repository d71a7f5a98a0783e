namespace Orchestrator.Engine.Elsa.Flowcharts;

/// <summary>What counter mode decides by: how often each child was run or passed over, how often each connection was visited, and whether the latest visit followed it.</summary>
internal sealed class FlowVisits(int activities, int connections)
{
    public int[] Activities { get; } = new int[activities];

    public int[] Connections { get; } = new int[connections];

    public bool[] Followed { get; } = new bool[connections];
}
