using Orchestrator.Engine.Secrets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>Resolves secrets for checks, and keeps their plain texts out of the report.</summary>
internal sealed class PlanSecrets(ValueJson.ResolveSecret resolve)
{
    private readonly Redactor _redactor = new();

    /// <summary>A secret by reference.</summary>
    public Value ByReference(string reference) => new SecretValue(new Secret(reference, () => resolve(reference)));

    /// <summary>Notes the plain texts in a value an activity is about to get. Fails as resolving does.</summary>
    public void Note(Value value)
    {
        switch (value)
        {
            case SecretValue secret: _redactor.Add(secret.Secret.Reveal()); break;
            case ListValue list:
                foreach (var item in list.Items) Note(item);
                break;
            case MapValue map:
                foreach (var entry in map.Entries.Values) Note(entry);
                break;
        }
    }

    /// <summary>The text without the plain texts noted so far.</summary>
    public string Mask(string text) => _redactor.Clean(text);

    /// <summary>The change without them.</summary>
    public Change Mask(Change change) =>
        new(Mask(change.What), change.From is { } from ? Mask(from) : null, change.To is { } to ? Mask(to) : null);

    /// <summary>The failure for people, masked.</summary>
    public string Describe(Failure failure) => Mask($"{failure.Message} ({failure.Code})");
}
