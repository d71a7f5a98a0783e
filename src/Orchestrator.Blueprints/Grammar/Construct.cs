using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Grammar;

/// <summary>A part of the language that is a map with known keys: blueprint, input, step, …</summary>
/// <param name="Name">For messages and as name of the definition in the JSON Schema, camelCase.</param>
/// <param name="Description">One sentence or two.</param>
/// <param name="Keys">Its keys, in the order in which the reference shows them.</param>
internal sealed record Construct(string Name, string Description, IReadOnlyList<Key> Keys)
{
    /// <summary>Of these keys exactly one must be present (the verb of a step, the kind of a target); empty = no such rule.</summary>
    public IReadOnlyList<string> ExactlyOne { get; init; } = [];

    /// <summary>How messages call the keys of <see cref="ExactlyOne"/>.</summary>
    public string ExactlyOneOf { get; init; } = "";

    public Key? Find(string name) => Keys.FirstOrDefault(key => key.Name == name);
}

/// <summary>A key of a construct.</summary>
/// <param name="Name">camelCase.</param>
/// <param name="Shape">What stands behind it.</param>
/// <param name="Description">One or two sentences: meaning, unit, when it is ignored.</param>
internal sealed record Key(string Name, Shape Shape, string Description)
{
    /// <summary>True when it may not be absent.</summary>
    public bool Required { get; init; }

    /// <summary>What absence means; null when the description says it.</summary>
    public Value? Default { get; init; }

    /// <summary>The key makes sense only beside one of these; empty = everywhere in its construct.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>True for a key that only a branch of <c>parallel</c> may have.</summary>
    public bool InParallel { get; init; }

    /// <summary>The contexts an expression here may use.</summary>
    public Contexts Contexts { get; init; }

    /// <summary>True where a secret may stand.</summary>
    public bool Secret { get; init; }
}

/// <summary>The names an expression may start with, by place.</summary>
[Flags]
internal enum Contexts
{
    None = 0,
    Inputs = 1,
    Vars = 2,
    Secrets = 4,
    Steps = 8,
    Item = 16,
    Target = 32,
    Run = 64,
    Event = 128,
    Result = 256,
    Error = 512,
    Step = 1024,

    /// <summary>What is known before a run moves.</summary>
    Start = Inputs | Vars,

    /// <summary>What every step sees; <c>item</c> and <c>error</c> are added where they exist.</summary>
    InStep = Inputs | Vars | Secrets | Steps | Item | Target | Run | Error | Step,
}
