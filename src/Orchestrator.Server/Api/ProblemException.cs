using Microsoft.AspNetCore.Http;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Server.Api;

/// <summary>Ends a request with a problem.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">Our code.</param>
/// <param name="detail">A sentence for people.</param>
internal sealed class ProblemException(int status, string code, string detail) : Exception(detail)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Our code.</summary>
    public string Code { get; } = code;

    /// <summary>For a rejected blueprint or rejected inputs.</summary>
    public IReadOnlyList<Diagnostic>? Diagnostics { get; init; }

    /// <summary>400: the request cannot be understood.</summary>
    public static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, "api.badRequest", detail);

    /// <summary>404: there is no such thing.</summary>
    public static ProblemException Missing(string detail) => new(StatusCodes.Status404NotFound, "api.notFound", detail);
}
