using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>The filter of the instance list, from a body or from a query.</summary>
internal static class InstanceFilter
{
    private const int LargestPage = 1000;

    /// <summary>The search that a filter means. The query of a GET has the same names, so it is turned into a body first.</summary>
    public static RunQuery Of(JsonObject filter)
    {
        var size = Math.Clamp(filter.Number("pageSize") ?? 100, 0, LargestPage);
        var statuses = InstanceStatus.Of([.. filter.Texts("statuses") ?? [], .. One(filter, "status")], [.. filter.Texts("subStatuses") ?? [], .. One(filter, "subStatus")]);
        if (filter.Flag("hasIncidents") is { } incidents)
            statuses = [.. (statuses ?? Enum.GetValues<RunStatus>()).Where(status => status is RunStatus.Failed or RunStatus.Paused == incidents)];
        // No run of ours belongs to the system.
        if (filter.Flag("isSystem") == true) statuses = [];
        List<string> definitions = [.. filter.Texts("definitionIds") ?? [], .. One(filter, "definitionId")];
        return new RunQuery(statuses, Limit: size)
        {
            Blueprints = definitions.Count > 0 ? definitions : null,
            RunIds = filter.Texts("ids"),
            Version = filter.Number("version"),
            Label = filter.Text("correlationId") is { } correlation ? (InstanceShape.CorrelationLabel, correlation) : null,
            Text = filter.Text("searchTerm"),
            Times = [.. ((filter["timestampFilters"] as JsonArray) ?? []).OfType<JsonObject>().Select(Limit)],
            Order = filter.Text("orderBy") switch
            {
                "LastExecuted" or "UpdatedAt" => RunInstant.Updated,
                "Finished" or "FinishedAt" => RunInstant.Completed,
                _ => RunInstant.Created,
            },
            Ascending = filter.Text("orderDirection") == "Ascending",
            Skip = (int)Math.Clamp((long)(filter.Number("page") ?? 0) * size, 0, int.MaxValue),
        };
    }

    /// <summary>A query as the body it stands for.</summary>
    public static JsonObject OfQuery(Microsoft.AspNetCore.Http.HttpContext context)
    {
        var filter = new JsonObject();
        foreach (var name in (string[])["searchTerm", "definitionId", "correlationId", "status", "subStatus", "orderBy", "orderDirection"])
            if (context.Text(name) is { } text) filter[name] = text;
        foreach (var name in (string[])["page", "pageSize", "version"])
            if (context.Number(name) is { } number) filter[name] = number;
        foreach (var name in (string[])["hasIncidents", "isSystem"])
            if (context.Flag(name) is { } flag) filter[name] = flag;
        foreach (var name in (string[])["ids", "definitionIds", "statuses", "subStatuses"])
            if (context.Texts(name) is { } list) filter[name] = new JsonArray([.. list.Select(one => (JsonNode)one)]);
        return filter;
    }

    private static IEnumerable<string> One(JsonObject filter, string name) => filter.Text(name) is { } text ? [text] : [];

    private static RunTimeLimit Limit(JsonObject limit)
    {
        var instant = limit.Text("column") switch
        {
            "CreatedAt" => RunInstant.Created,
            "UpdatedAt" => RunInstant.Updated,
            "FinishedAt" => RunInstant.Completed,
            var other => throw new ElsaRejectedException("timestampFilters", $"`{other}` is none of CreatedAt, UpdatedAt, FinishedAt."),
        };
        var compare = limit.Text("operator") switch
        {
            "Is" => "=",
            "IsNot" => "!=",
            "LessThan" => "<",
            "LessThanOrEqual" => "<=",
            "GreaterThan" => ">",
            "GreaterThanOrEqual" => ">=",
            var other => throw new ElsaRejectedException("timestampFilters", $"`{other}` is no comparison."),
        };
        return DateTimeOffset.TryParse(limit.Text("timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new RunTimeLimit(instant, compare, at)
            : throw new ElsaRejectedException("timestampFilters", $"`{limit.Text("timestamp")}` is no instant.");
    }
}
