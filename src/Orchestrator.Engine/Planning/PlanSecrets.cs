using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>Resolves secrets for checks, and keeps their plain texts out of the report.</summary>
internal sealed class PlanSecrets(ValueJson.ResolveSecret resolve)
{
    private const int ShortestMasked = 4; // shorter ones would make holes in ordinary words

    private readonly HashSet<string> _plainTexts = new(StringComparer.Ordinal);

    /// <summary>A secret by reference.</summary>
    public Value ByReference(string reference) => new SecretValue(new Secret(reference, () => resolve(reference)));

    /// <summary>Notes the plain texts in a value an activity is about to get. Fails as resolving does.</summary>
    public void Note(Value value)
    {
        switch (value)
        {
            case SecretValue secret:
                var text = secret.Secret.Reveal();
                if (text.Length >= ShortestMasked) _plainTexts.Add(text);
                break;
            case ListValue list:
                foreach (var item in list.Items) Note(item);
                break;
            case MapValue map:
                foreach (var entry in map.Entries.Values) Note(entry);
                break;
        }
    }

    /// <summary>The text with every noted plain text replaced, longer ones first.</summary>
    public string Mask(string text)
    {
        foreach (var secret in _plainTexts.OrderByDescending(plain => plain.Length)) text = text.Replace(secret, "***", StringComparison.Ordinal);
        return text;
    }

    /// <summary>The change with every noted plain text replaced.</summary>
    public Change Mask(Change change) =>
        new(Mask(change.What), change.From is { } from ? Mask(from) : null, change.To is { } to ? Mask(to) : null);

    /// <summary>The failure for people, masked.</summary>
    public string Describe(Failure failure) => Mask($"{failure.Message} ({failure.Code})");
}
