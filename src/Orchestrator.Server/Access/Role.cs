using Microsoft.AspNetCore.Builder;

namespace Orchestrator.Server.Access;

/// <summary>What somebody may do. Each role may do all that the ones before it may.</summary>
public enum Role
{
    /// <summary>See runs, definitions and blueprints; no secrets.</summary>
    Viewer,

    /// <summary>Start runs and answer them: signal, approve, cancel, retry, skip, resume, alter.</summary>
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

/// <summary>Roles as texts.</summary>
internal static class RoleText
{
    /// <summary>The name in JSON and in the store.</summary>
    public static string Text(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        _ => "admin",
    };

    /// <summary>The role of that name; null when there is none. Numbers are no names.</summary>
    public static Role? Parse(string? text) => text switch
    {
        "viewer" => Role.Viewer,
        "operator" => Role.Operator,
        "admin" => Role.Admin,
        _ => null,
    };
}
