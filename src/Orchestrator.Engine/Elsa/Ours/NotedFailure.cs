using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Ours;

/// <summary>A failure as an execution remembers it, and as expressions see it: <c>{code, kind, message}</c>.</summary>
internal static class NotedFailure
{
    public static MapValue Of(Failure failure) => Value.Map(("code", Value.Of(failure.Code)), ("kind", Value.Of(failure.Kind.ToString())), ("message", Value.Of(failure.Message)));

    public static Failure Read(Value noted) => new(noted.Get("code")!.AsString()!, Enum.Parse<FailureKind>(noted.Get("kind")!.AsString()!), noted.Get("message")!.AsString()!);
}
