using System.Collections.Concurrent;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Secrets;

/// <summary>Finds the plain text behind a reference: <c>env:</c>, <c>file:</c>, <c>store:</c>, and <c>run:</c> for what runs have sealed. Each use adds the text to the run's redactor.</summary>
internal sealed class SecretSources(IStore store, SecretSeal seal, Redactor redactor)
{
    private readonly ConcurrentDictionary<string, string> _opened = new(StringComparer.Ordinal);

    /// <summary>The plain text; throws a failure that names the reference when there is none.</summary>
    public string Resolve(string reference)
    {
        // env: and file: may change under a long run; what the store has sealed does not.
        var isStored = reference.StartsWith("run:", StringComparison.Ordinal) || reference.StartsWith("store:", StringComparison.Ordinal);
        if (isStored && _opened.TryGetValue(reference, out var known)) return known;
        var text = reference switch
        {
            _ when isStored => FromStore(reference),
            _ when reference.StartsWith("env:", StringComparison.Ordinal) => Environment.GetEnvironmentVariable(reference[4..]) ?? throw Missing(reference, "the environment has no such variable"),
            _ when reference.StartsWith("file:", StringComparison.Ordinal) => FromFile(reference),
            _ => throw Missing(reference, "its source is not one of store:, env:, file:"),
        };
        Know(reference, text);
        return text;
    }

    /// <summary>A secret that was just made: it needs no look-up, and its text is taken out of every line.</summary>
    public void Know(string reference, string text)
    {
        redactor.Add(text);
        _opened[reference] = text;
    }

    private string FromStore(string reference)
    {
        // A secret is looked up where its text is needed, in the middle of synchronous code; stores answer reads without leaving the thread.
        var bytes = store.ReadSecretAsync(reference, CancellationToken.None).GetAwaiter().GetResult() ?? throw Missing(reference, "the store does not have it; `orchestrator secrets set` puts it there");
        return seal.Unprotect(bytes);
    }

    private static string FromFile(string reference)
    {
        try
        {
            return File.ReadAllText(reference[5..]).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Missing(reference, exception.Message);
        }
    }

    private static FailureException Missing(string reference, string why) =>
        new("secret.missing", FailureKind.Permanent, $"secret {reference} cannot be read: {why}");
}
