using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Expressions;

/// <summary>What the cases can see.</summary>
internal static class CaseContext
{
    public static readonly MapValue Inputs = Value.Map(
        ("repo", Value.Of("git@host:r")), ("vlan", Value.Of(42)), ("flag", Value.Of(true)), ("nothing", Value.Null),
        ("hosts", Value.List(Value.Of("n1"), Value.Of("n2"), Value.Of("n3"))));

    public static readonly MapValue Steps = Value.Map(("ports", Value.Map(
        ("outputs", Value.Map(("added", Value.List(Value.Map(("port", Value.Of(80))))))), ("status", Value.Of("completed")))));

    public static EvaluationContext Create()
    {
        var count = 0;
        return new EvaluationContext
        {
            Root = name => name switch
            {
                "inputs" => Inputs,
                "steps" => Steps,
                "secrets" => Value.Map(("token", new SecretValue(new Secret("store:token", () => "hunter2")))),
                "unknown" => new UnknownValue("deployKey"),
                _ => null,
            },
            Now = new DateTimeOffset(2030, 1, 31, 12, 0, 0, TimeSpan.Zero),
            NewUuid = () => $"00000000-0000-0000-0000-{++count:d12}",
        };
    }
}
