namespace Orchestrator.Server.Elsa.Wire;

/// <summary>The request does not say what it must: answered with 400 in Elsa's shape, which Studio shows as messages and survives.</summary>
/// <param name="field">Which part of it; <c>generalErrors</c> for the whole.</param>
/// <param name="message">What is wrong and what is expected.</param>
internal sealed class ElsaRejectedException(string field, string message) : Exception(message)
{
    /// <summary>Key of the whole request.</summary>
    public const string Whole = "generalErrors";

    /// <summary>Which part.</summary>
    public string Field { get; } = field;
}
