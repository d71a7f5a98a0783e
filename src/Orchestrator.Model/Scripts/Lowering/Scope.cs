namespace Orchestrator.Model.Scripts.Lowering;

/// <summary>A variable of the source and how the lowered code writes it.</summary>
internal sealed record Binding(string Reference, bool IsConstant, Scope Owner);

/// <summary>A function being lowered: what its variables are called and what it needs of its surroundings.</summary>
internal sealed class FunctionScope(FunctionScope? outer, bool isArrow)
{
    public FunctionScope? Outer { get; } = outer;

    public bool IsArrow { get; } = isArrow;

    /// <summary>Declared with <c>var</c> at its start.</summary>
    public List<string> Locals { get; } = [];

    /// <summary>Scope objects of the surroundings that it reads: each closure keeps the ones of its iteration.</summary>
    public SortedSet<string> Kept { get; } = new(StringComparer.Ordinal);

    public bool UsesThis { get; set; }

    public bool UsesArguments { get; set; }

    /// <summary>True within a loop that makes functions: what is declared there lives in an object per iteration.</summary>
    public bool InLoop { get; set; }
}

/// <summary>A block or a function body.</summary>
internal sealed class Scope(Scope? outer, FunctionScope function)
{
    private readonly Dictionary<string, Binding> _bindings = new(StringComparer.Ordinal);

    public FunctionScope Function { get; } = function;

    public Scope? Outer { get; } = outer;

    /// <summary>The object that holds its variables, in a loop that makes functions; null = they are plain.</summary>
    public string? Object { get; set; }

    /// <summary>Its variables by name.</summary>
    public IReadOnlyDictionary<string, Binding> Bindings => _bindings;

    public void Add(string name, string reference, bool isConstant) => _bindings[name] = new Binding(reference, isConstant, this);

    public Binding? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope._bindings.TryGetValue(name, out var binding)) return binding;
        return null;
    }
}
