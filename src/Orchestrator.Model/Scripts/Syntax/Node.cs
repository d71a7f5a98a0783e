namespace Orchestrator.Model.Scripts.Syntax;

/// <summary>A node of a script's tree. Patterns (what can be assigned to) are the same nodes as the literals they look like.</summary>
internal abstract record Node(Place At);

internal sealed record Identifier(Place At, string Name) : Node(At);

/// <summary>Null, bool, double or string.</summary>
internal sealed record Literal(Place At, object? Value) : Node(At);

internal sealed record RegexLiteral(Place At, string Pattern, string Flags) : Node(At);

/// <summary>Texts stand around and between the parts: one more than these.</summary>
internal sealed record TemplateLiteral(Place At, IReadOnlyList<string> Texts, IReadOnlyList<Node> Parts) : Node(At);

/// <summary>A null item is a hole.</summary>
internal sealed record ArrayLiteral(Place At, IReadOnlyList<Node?> Items) : Node(At);

internal sealed record ObjectLiteral(Place At, IReadOnlyList<Property> Properties) : Node(At);

/// <param name="At">Where.</param>
/// <param name="Kind">What sort.</param>
/// <param name="Key">A literal when it is not computed; null for a spread.</param>
/// <param name="Computed">True for <c>[key]</c>.</param>
/// <param name="Value">The value, accessor function, or what is spread.</param>
internal sealed record Property(Place At, PropertyKind Kind, Node? Key, bool Computed, Node Value) : Node(At)
{
    /// <summary>True for <c>{a = 1}</c>, which is a pattern only.</summary>
    public bool PatternOnly { get; init; }
}

internal enum PropertyKind
{
    Value,
    Get,
    Set,
    Spread,
}

internal sealed record FunctionNode(Place At, string? Name, IReadOnlyList<Node> Parameters, BlockStatement Body, bool IsArrow) : Node(At)
{
    /// <summary>The body of an arrow function without braces.</summary>
    public Node? Expression { get; init; }

    /// <summary>True for a method or accessor of a class or an object.</summary>
    public bool IsMethod { get; init; }
}

internal sealed record ClassNode(Place At, string? Name, Node? Super, IReadOnlyList<ClassMember> Members) : Node(At);

/// <param name="At">Where.</param>
/// <param name="Kind">Value (a field, or a method when the value is a method), Get or Set.</param>
/// <param name="Key">The name.</param>
/// <param name="Computed">True for <c>[key]</c>.</param>
/// <param name="Value">The method, or the field's initial value or null.</param>
/// <param name="IsStatic">True for <c>static</c>.</param>
internal sealed record ClassMember(Place At, PropertyKind Kind, Node Key, bool Computed, Node? Value, bool IsStatic) : Node(At);

internal sealed record Unary(Place At, string Operator, Node Operand) : Node(At);

internal sealed record Update(Place At, string Operator, bool IsPrefix, Node Target) : Node(At);

/// <summary>All operators with two operands, logical ones too.</summary>
internal sealed record Binary(Place At, string Operator, Node Left, Node Right) : Node(At);

/// <summary>An assignment; in a pattern, <c>target = default</c>.</summary>
internal sealed record Assign(Place At, string Operator, Node Target, Node Value) : Node(At);

internal sealed record Conditional(Place At, Node Test, Node Then, Node Else) : Node(At);

internal sealed record Call(Place At, Node Callee, IReadOnlyList<Node> Arguments, bool IsOptional = false) : Node(At);

internal sealed record New(Place At, Node Callee, IReadOnlyList<Node> Arguments) : Node(At);

/// <summary><c>target.name</c> (the key is a literal) or <c>target[key]</c>.</summary>
internal sealed record Member(Place At, Node Target, Node Key, bool Computed, bool IsOptional = false) : Node(At);

/// <summary>Bounds what a <c>?.</c> in it cuts off.</summary>
internal sealed record Chain(Place At, Node Expression) : Node(At);

internal sealed record Sequence(Place At, IReadOnlyList<Node> Items) : Node(At);

internal sealed record Spread(Place At, Node Value) : Node(At);

internal sealed record This(Place At) : Node(At);

internal sealed record Super(Place At) : Node(At);
