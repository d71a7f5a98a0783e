using Orchestrator.Engine.Runs;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Flowcharts;

/// <summary>Flowchart by tokens: each connection that is followed carries one to its target; the target's merge mode says for how many it waits. A token that nobody takes keeps the flow open.</summary>
internal static class TokenMode
{
    private const string TokensNote = "tokens";

    public static void Completed(Interpreter interpreter, ActivityState flow, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        var graph = FlowchartRule.GraphOf(interpreter, flow);
        var index = FlowchartRule.IndexOf(flow, child.Node);
        var followed = graph.OutOf(index).Where(edge => FlowchartRule.Follows(edge.Connection, outcomes)).ToArray();
        var tokens = Read(flow);
        foreach (var (edge, _) in followed) tokens.Add(new Token(edge, false));
        tokens.RemoveAll(token => !token.IsBlocked && flow.Node.Connections[token.Edge].Target == index && !followed.Any(edge => edge.Edge == token.Edge));
        foreach (var (edge, connection) in followed) Arrive(interpreter, flow, graph, tokens, edge, connection.Target);
        Write(interpreter, flow, tokens);
        CompleteIfDone(interpreter, flow);
    }

    public static void Cancelled(Interpreter interpreter, ActivityState flow, ActivityState child)
    {
        var index = FlowchartRule.IndexOf(flow, child.Node);
        var tokens = Read(flow);
        if (tokens.RemoveAll(token => flow.Node.Connections[token.Edge].Source == index || flow.Node.Connections[token.Edge].Target == index) > 0) Write(interpreter, flow, tokens);
        CompleteIfDone(interpreter, flow);
    }

    /// <summary>The tokens of a flow in another version of it; one whose connection is gone goes with it.</summary>
    public static IEnumerable<(string, Value)> Carry(ActivityState flow, ElsaActivity to)
    {
        if (!flow.Notes.ContainsKey(TokensNote)) yield break;
        yield return (TokensNote, Noted(Read(flow).Select(token => token with { Edge = FlowchartRule.EdgeIn(flow.Node, token.Edge, to) }).Where(token => token.Edge >= 0)));
    }

    private static void Arrive(Interpreter interpreter, ActivityState flow, FlowGraph graph, List<Token> tokens, int edge, int target)
    {
        var connections = flow.Node.Connections;
        var node = flow.Node.Children[target];
        switch (ModeOf(node))
        {
            case "Cascade" or "Race" when tokens.Remove(new Token(edge, true)):
                tokens.Remove(new Token(edge, false)); // it came too late for this round
                break;
            case "Cascade" or "Race":
                interpreter.Schedule(flow, node);
                foreach (var other in graph.Into(target).Where(inbound => connections[inbound].Source != connections[edge].Source)) tokens.Add(new Token(other, true));
                if (ModeOf(node) == "Race")
                {
                    Write(interpreter, flow, tokens);
                    FlowchartRule.CancelAncestors(interpreter, flow, target);
                    tokens.Clear();
                    tokens.AddRange(Read(flow));
                }

                break;
            case "Merge":
                var forward = graph.Into(target).ToArray();
                if (forward.Length <= 1 || Array.TrueForAll(forward, inbound => tokens.Contains(new Token(inbound, false)))) interpreter.Schedule(flow, node);
                break;
            case "Converge":
                if (graph.Into(target, withBackward: true).All(inbound => tokens.Contains(new Token(inbound, false)))) interpreter.Schedule(flow, node);
                break;
            default:
                var sources = graph.Into(target).Select(inbound => connections[inbound].Source).ToHashSet();
                if (!tokens.Exists(token => !token.IsBlocked && sources.Contains(connections[token.Edge].Target))) interpreter.Schedule(flow, node);
                break;
        }
    }

    private static string? ModeOf(ElsaActivity node) => node.Type == "Elsa.FlowJoin" ? JoinRule.ModeOf(node) == JoinMode.WaitAny ? "Race" : "Merge" : node.MergeMode;

    private static void CompleteIfDone(Interpreter interpreter, ActivityState flow)
    {
        if (flow.Status == ExecutionStatus.Running && !Read(flow).Exists(token => !token.IsBlocked)) FlowchartRule.CompleteIfDone(interpreter, flow);
    }

    // A token is the index of its connection; a blocked one, which only stops the next arrival, is noted as its complement.
    private static List<Token> Read(ActivityState flow) => flow.Note(TokensNote) is ListValue list
        ? [.. list.Items.Select(item => (int)((NumberValue)item).Number).Select(code => code >= 0 ? new Token(code, false) : new Token(~code, true))]
        : [];

    private static void Write(Interpreter interpreter, ActivityState flow, List<Token> tokens)
    {
        var value = Noted(tokens);
        if (!value.Equals(flow.Note(TokensNote) ?? Value.EmptyList)) interpreter.Note(flow, TokensNote, value);
    }

    private static ListValue Noted(IEnumerable<Token> tokens) => Value.List(tokens.Select(token => Value.Of(token.IsBlocked ? ~token.Edge : token.Edge)));

    private readonly record struct Token(int Edge, bool IsBlocked);
}
