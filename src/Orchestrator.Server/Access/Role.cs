using Microsoft.AspNetCore.Builder;

namespace Orchestrator.Server.Access;

/// <summary>What somebody may do. Each role may do all that the ones before it may.</summary>
public enum Role
{
    /// <summary>See runs, definitions and blueprints; no secrets.</summary>
    Viewer,

    /// <summary>Start runs and answer them: signal, approve, cancel, retry, skip, resume.</summary>
    Operator,

    /// <summary>Change definitions, secrets, tokens and settings.</summary>
    Admin,
}

/// <summary>Metadata of a route: who may call it.</summary>
/// <param name="Least">The least role.</param>
internal sealed record NeedsRole(Role Least);

/// <summary>Says on a route who may call it.</summary>
internal static class RoleRoutes
{
    /// <summary>Only callers with that role or a higher one.</summary>
    public static T Needs<T>(this T route, Role least)
        where T : IEndpointConventionBuilder => route.WithMetadata(new NeedsRole(least));
}
