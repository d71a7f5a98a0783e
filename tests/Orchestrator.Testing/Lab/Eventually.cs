using Orchestrator.Model.Failures;

namespace Orchestrator.Testing.Lab;

/// <summary>Waits for something outside this process that gives no sign when it is ready: looks often, and gives up at a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Until the condition holds.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, int seconds = 10, Func<string>? explain = null)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
        while (!await condition())
        {
            if (TimeProvider.System.GetUtcNow() > deadline) throw new TimeoutException($"not so within {seconds} s. {explain?.Invoke()}");
            await Task.Delay(Interval, TimeProvider.System);
        }
    }

    /// <summary>Until getting it does not fail transiently any more.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> get, int seconds = 10)
        where T : class
    {
        T? result = null;
        Failure? last = null;
        await TrueAsync(
            async () =>
            {
                try
                {
                    result = await get();
                }
                catch (FailureException problem) when (problem.Failure.IsRetryable)
                {
                    last = problem.Failure;
                }

                return result is not null;
            },
            seconds, () => $"{last}");
        return result!;
    }
}
