namespace Orchestrator.Server.Access;

/// <summary>Marks a route that needs no credential.</summary>
internal sealed class OpenToEveryone
{
    /// <summary>The one object needed.</summary>
    public static OpenToEveryone Marker { get; } = new();
}
