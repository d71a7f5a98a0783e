using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Containers;

/// <summary>What the Docker engine answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The JSON, if it was JSON.</param>
internal sealed record DockerReply(HttpStatusCode Status, JsonNode? Body)
{
    public bool Ok => (int)Status is >= 200 and < 400;

    public bool NotFound => Status == HttpStatusCode.NotFound;

    /// <summary>The engine's own words about a failure.</summary>
    public string Message => Body is JsonObject && Body["message"]?.GetValue<string>() is { } message ? message : $"HTTP {(int)Status}";

    /// <summary>The body, or a failure with the engine's words. Server errors are worth another try, refusals are not.</summary>
    public JsonNode OrFail(string code, string what) => Ok ? Body ?? new JsonObject() : throw Failed(code, what);

    public FailureException Failed(string code, string what) =>
        new(code, (int)Status >= 500 ? FailureKind.Transient : FailureKind.Permanent, $"{what}: {Message}");
}
