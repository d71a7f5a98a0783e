using Orchestrator.Model.Failures;
using Orchestrator.Model.Scripts.Syntax;

namespace Orchestrator.Model.Scripts;

/// <summary>How a script fails, whoever runs it.</summary>
public static class ScriptFailures
{
    /// <summary>It is no JavaScript that we take.</summary>
    public static FailureException Syntax(int line, int column, string message) => Permanent("script.syntax", $"the script is wrong at {line}:{column}: {message}");

    /// <summary>It threw. Line 0 = where is not known.</summary>
    public static FailureException Threw(int line, int column, string message) => Permanent("script.error", line > 0 ? $"the script threw at {line}:{column}: {message}" : $"the script threw: {message}");

    /// <summary>It took too long.</summary>
    public static FailureException Timeout(TimeSpan deadline) =>
        new("script.timeout", FailureKind.Permanent, $"the script did not end within {deadline.TotalSeconds:0.###} s");

    /// <summary>It held too much.</summary>
    public static FailureException Memory(string message) => Permanent("script.memory", message);

    /// <summary>What it gave is no data.</summary>
    public static FailureException Result(string message) => Permanent("script.result", message);

    /// <summary>It asked for a secret.</summary>
    /// <param name="what">What is secret, for example <c>variable `token`</c>.</param>
    public static FailureException Secret(string what) =>
        Permanent("script.secret", $"{what} is a secret, and a script gets no secrets; give the secret to the activity that needs it as a variable expression");

    internal static FailureException Threw(Place at, string message) => Threw(at.Line, at.Column, message);

    private static FailureException Permanent(string code, string message) => new(code, FailureKind.Permanent, message);
}
