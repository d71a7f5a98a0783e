using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Access;

/// <summary>Marks a route whose answer stays open, and cuts such an answer off within <see cref="Period"/> after its caller's credential stopped to open the route: revoked, signed out, too old, a lower role.</summary>
internal sealed class LongAnswer
{
    /// <summary>How often a credential is looked at again.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>The one object needed.</summary>
    public static LongAnswer Marker { get; } = new();

    /// <summary>Answers, as long as the caller may hear it.</summary>
    public static async Task RunAsync(HttpContext context, RequestDelegate next, Func<Task<bool>> mayGoOn, TimeProvider time)
    {
        var timer = time.CreateTimer(_ => _ = CheckAsync(), null, Period, Period);
        await using (timer.ConfigureAwait(false)) await next(context).ConfigureAwait(false);

        async Task CheckAsync()
        {
            try
            {
                if (!await mayGoOn().ConfigureAwait(false)) context.Abort();
            }
            catch (Exception trouble) when (trouble is Model.Failures.FailureException or ObjectDisposedException or OperationCanceledException)
            {
                // Nobody can say now: the store cannot be read, or the answer has ended meanwhile.
            }
        }
    }
}
