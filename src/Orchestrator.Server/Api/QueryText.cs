using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Api;

/// <summary>Reads parameters of the query; what cannot be read is a problem that says what was expected.</summary>
internal static class QueryText
{
    /// <summary>A whole number from 1 to <paramref name="most"/>, or from 0 with <paramref name="least"/>; <paramref name="otherwise"/> when it is absent.</summary>
    public static long Number(HttpContext context, string name, long otherwise, long most, long least = 1)
    {
        if (context.Request.Query[name] is not { Count: > 0 } given) return otherwise;
        return long.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw ProblemException.Bad($"{name}={given[0]}: expected {(most == long.MaxValue ? $"a whole number from {least}" : $"{least} to {most}")}");
    }

    /// <summary>An instant; null when it is absent.</summary>
    public static DateTimeOffset? Instant(HttpContext context, string name)
    {
        if (context.Request.Query[name] is not { Count: > 0 } given) return null;
        return DateTimeOffset.TryParse(given[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : throw ProblemException.Bad($"{name}={given[0]}: expected an instant such as 2030-01-31T12:00:00Z");
    }
}
