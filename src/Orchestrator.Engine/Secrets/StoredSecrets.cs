using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Secrets;

/// <summary>Secrets for who looks at a store without running it: a planner.</summary>
public static class StoredSecrets
{
    /// <summary>Finds plain text by reference as a run would; throws <c>secret.missing</c>.</summary>
    public static ValueJson.ResolveSecret Of(IStore store, SecretSeal seal) => new SecretSources(store, seal, new Redactor()).Resolve;
}
