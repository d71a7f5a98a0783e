using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Elsa;

/// <summary>
/// What every activity of the catalogue takes in a workflow made in Studio besides its own inputs: where and how its step is run. Target and environment may be any expression and are evaluated with
/// the inputs; the others must be plain, because they hold for all rounds of the activity.
/// </summary>
public static class ElsaPolicy
{
    /// <summary>Where the step acts; see <see cref="Targets.TargetText"/>. Default: this machine.</summary>
    public const string Target = "policyTarget";

    /// <summary>Environment for commands: a map of texts.</summary>
    public const string Environment = "policyEnvironment";

    /// <summary>The longest one attempt may take.</summary>
    public const string Timeout = "policyTimeout";

    /// <summary>How often a failed attempt is tried again.</summary>
    public const string Retries = "policyRetries";

    /// <summary>True: a failure of the step is none of the workflow's.</summary>
    public const string AllowFailure = "policyAllowFailure";

    /// <summary>True: a rollback leaves what the step did.</summary>
    public const string NoUndo = "policyNoUndo";

    private const int MostRetries = 1_000_000;

    /// <summary>True for a property that says how an activity is run.</summary>
    public static bool Has(string property) => property is Target or Environment or Timeout or Retries or AllowFailure or NoUndo;

    /// <summary>The policy of an activity: as stored with it, and what its inputs say. What is wrong in them counts as not said; <see cref="Fault"/> is asked before a workflow is published.</summary>
    public static StepPolicy Of(StepPolicy stored, IReadOnlyDictionary<string, ElsaInput> inputs)
    {
        if (TextOf(inputs, Timeout) is { } timeout && Span(timeout) is { } span) stored = stored with { AttemptTimeout = span };
        if (TextOf(inputs, Retries) is { } retries && Count(retries) is { } count) stored = stored with { Retry = stored.Retry with { Max = count, IsExplicit = true } };
        if (TextOf(inputs, AllowFailure) is { } allow) stored = stored with { AllowFailure = Flag(allow) ?? stored.AllowFailure };
        return TextOf(inputs, NoUndo) is { } keep ? stored with { NoUndo = Flag(keep) ?? stored.NoUndo } : stored;
    }

    /// <summary>What is wrong with one of these inputs: null when nothing is, or when it cannot be known before the workflow runs.</summary>
    public static string? Fault(string property, ElsaInput input)
    {
        var isPlain = input.Syntax is "Literal" or "Object";
        if (property is not (Target or Environment) && !isPlain) return "it must be a plain value: an expression cannot say it";
        if (!isPlain || input.Content.AsString() is not { Length: > 0 } text) return null;
        return property switch
        {
            Timeout when Span(text) is null => $"`{text}` is no duration: expected one such as 90s, 5m or 1h30m",
            Retries when Count(text) is null => $"`{text}` is no number of retries: expected a whole number from 0 to {MostRetries}",
            AllowFailure or NoUndo when Flag(text) is null => $"`{text}` must be true or false",
            Environment when PlainJson.TryParse(text) is not MapValue map || map.Entries.Values.Any(value => value is ListValue or MapValue) => "expected a JSON object of names and texts, such as {\"STAGE\": \"test\"}",
            Target => TargetFault(text),
            _ => null,
        };
    }

    private static string? TargetFault(string text)
    {
        try
        {
            Targets.TargetText.Read(Value.Of(text), name => Secret.FromPlainText(name));
            return null;
        }
        catch (FailureException wrong)
        {
            return wrong.Failure.Message;
        }
    }

    private static string? TextOf(IReadOnlyDictionary<string, ElsaInput> inputs, string property) =>
        inputs.TryGetValue(property, out var input) && input.Syntax is "Literal" or "Object" && ElsaTypes.Convert(input.Content, "String") is StringValue { Text.Length: > 0 } text ? text.Text : null;

    private static TimeSpan? Span(string text) => ElsaTypes.ToSpan(Value.Of(text)) is { } span && span > TimeSpan.Zero && span <= TimeSpan.FromDays(365) ? span : null;

    private static int? Count(string text) => int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var count) && count is >= 0 and <= MostRetries ? count : null;

    private static bool? Flag(string text) => bool.TryParse(text, out var flag) ? flag : null;
}
