using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Scripts.Evaluating;
using Orchestrator.Model.Scripts.Lowering;
using Orchestrator.Model.Scripts.Syntax;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts;

/// <summary>A script of a workflow made in Studio, read once. Most are one expression that changes nothing: those are evaluated here, at once; the rest runs in a worker (<see cref="RunScript"/>).</summary>
public sealed class Script
{
    private const int LongestSource = 256 * 1024;

    private readonly (Evaluator Evaluate, int Slots)? _pure;

    private Script(string source, (Evaluator, int)? pure, IReadOnlyList<Diagnostic> diagnostics) => (Source, _pure, Diagnostics) = (source, pure, diagnostics);

    /// <summary>JavaScript, as it was written.</summary>
    public string Source { get; }

    /// <summary>What is wrong with it (<c>script.syntax</c>); empty when it can run.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>True when it can run.</summary>
    public bool IsValid => Diagnostics.Count == 0;

    /// <summary>True when it is one expression that <see cref="Evaluate"/> takes.</summary>
    public bool IsPure => _pure is not null;

    /// <summary>The script as ECMAScript 5, for a worker; null for a wrong one.</summary>
    public LoweredScript? Lowered { get; private init; }

    /// <summary>Reads a script. Never throws: what is wrong is in <see cref="Diagnostics"/>.</summary>
    public static Script Parse(string source)
    {
        if (source.Length > LongestSource) return Wrong(source, new Place(1, 1), $"a script has at most {LongestSource} characters");
        try
        {
            var statements = Parser.Parse(source);
            return new Script(source, PureCompiler.TryCompile(statements), []) { Lowered = Lowerer.Lower(statements) };
        }
        catch (ScriptSyntaxException wrong)
        {
            var hint = source.TrimStart().StartsWith('{') ? "; an object that stands alone needs parentheses: ({ … })" : "";
            return Wrong(source, wrong.At, wrong.Message + hint);
        }
    }

    /// <summary>The value of a pure script: null for undefined, the unknown value when it depends on one. Fails like <see cref="RunScript"/>.</summary>
    public Value Evaluate(ScriptContext context)
    {
        if (!IsValid) throw ScriptFailures.Syntax(Diagnostics[0].Span.Line, Diagnostics[0].Span.Column, Diagnostics[0].Message);
        if (_pure is not { } pure) throw new InvalidOperationException("this script is more than an expression: it runs in a worker");
        var frame = new Frame(context, pure.Slots);
        try
        {
            return ScriptData.Of(pure.Evaluate(frame));
        }
        catch (ScriptThrowException thrown)
        {
            throw ScriptFailures.Threw(frame.At, thrown.Message);
        }
        catch (UnknownReachedException unknown)
        {
            return unknown.Value;
        }
    }

    private static Script Wrong(string source, Place at, string message)
    {
        var offset = 0;
        for (var line = 1; line < at.Line && offset < source.Length; offset++)
            if (source[offset] == '\n') line++;
        var span = new SourceSpan(at.Line, at.Column, Math.Min(source.Length, offset + at.Column - 1), 0);
        return new Script(source, null, [new Diagnostic("script.syntax", Severity.Error, span, message)]);
    }
}
