using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;
namespace Orchestrator.Model.Tests;
public class Smoke
{
    [Fact]
    public void Examples()
    {
        var bad = new List<string>();
        var context = new EvaluationContext { Root = _ => null, Now = default, NewUuid = () => "u" };
        foreach (var f in ExpressionFunctions.All.Where(f => f.Example.Length > 0))
        {
            var parts = f.Example.Split(" => "); var left = string.Join(" => ", parts[..^1]);
            try { var l = Expression.Parse(left).Evaluate(context); var r = Expression.Parse(parts[^1]).Evaluate(context); if (!l.Equals(r)) bad.Add($"{f.Example}: {l}"); }
            catch (Exception e) { bad.Add($"{f.Example}: {e.Message}"); }
        }
        Assert.Empty(bad);
    }
}
