using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Server.Access;

/// <summary>Writes down what was refused and what admins did. A line is on disk before the answer goes out.</summary>
internal sealed class AuditTrail(IStore store, TimeProvider time)
{
    /// <summary>Refusals listed a minute; more are counted in the next line, so that nobody fills the disk by knocking.</summary>
    public const int RefusalsPerMinute = 120;

    private const int LongestText = 200;
    private static readonly object SubjectKey = new();

    private readonly Lock _lock = new();
    private long _minute;
    private int _listed;
    private int _dropped;

    /// <summary>Says what an admin's request is about, when its path does not: for example the name of a new token.</summary>
    public static void About(HttpContext context, string subject) => context.Items[SubjectKey] = subject;

    /// <summary>Notes a refused request.</summary>
    public Task RefusedAsync(HttpContext context, string by, string why)
    {
        int dropped;
        lock (_lock)
        {
            var minute = time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
            if (minute != _minute) (_minute, _listed) = (minute, 0);
            if (++_listed > RefusalsPerMinute)
            {
                _dropped++;
                return Task.CompletedTask;
            }

            (dropped, _dropped) = (_dropped, 0);
        }

        return AppendAsync(context, by, dropped == 0 ? why : string.Create(CultureInfo.InvariantCulture, $"{why}; {dropped} more before it were not listed"));
    }

    /// <summary>Notes what an admin's request came to, when its answer begins.</summary>
    public void OnAnswer(HttpContext context, string by) => context.Response.OnStarting(() =>
        AppendAsync(context, by, context.Response.StatusCode < 400 ? "done" : context.Response.StatusCode.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Newest lines below a number.</summary>
    public Task<IReadOnlyList<AuditLine>> ReadAsync(long before, int limit, CancellationToken cancellationToken) => store.ReadAuditAsync(before, limit, cancellationToken);

    private Task AppendAsync(HttpContext context, string by, string outcome)
    {
        var subject = context.Items.TryGetValue(SubjectKey, out var said) ? (string)said! : "";
        // The query is left out: it may hold a code or a token.
        var action = $"{context.Request.Method} {context.Request.Path}";
        var from = context.Connection.RemoteIpAddress?.ToString() ?? "";
        return store.CommitAsync(new WriteSet { Audit = [new AuditLine(0, time.GetUtcNow(), by, Cut(action), Cut(subject), outcome, from)] });
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
