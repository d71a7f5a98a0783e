using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Testing.Storage;

/// <summary>Writes down what a store is asked, for example <c>ReadEvents run1 0 1000</c>: texts and numbers stand as they are, everything else is left out.</summary>
public class OverheardStore : DispatchProxy
{
    private readonly ConcurrentQueue<string> _calls = [];
    private IStore? _inner;

    /// <summary>The store to ask, and who listens.</summary>
    public static (IStore Store, OverheardStore Heard) Over(IStore inner)
    {
        var store = Create<IStore, OverheardStore>();
        var heard = (OverheardStore)store;
        heard._inner = inner;
        return (store, heard);
    }

    /// <summary>What it was asked since the last time.</summary>
    public IReadOnlyList<string> Take()
    {
        var calls = new List<string>();
        while (_calls.TryDequeue(out var call)) calls.Add(call);
        return calls;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var name = targetMethod!.Name.Replace("Async", "", StringComparison.Ordinal);
        if (!targetMethod.IsSpecialName) _calls.Enqueue(string.Join(' ', [name, .. (args ?? []).Where(argument => argument is string or int or long).Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)!)]));
        try
        {
            return targetMethod.Invoke(_inner, args);
        }
        catch (TargetInvocationException wrapped)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(wrapped.InnerException!);
            throw;
        }
    }
}
