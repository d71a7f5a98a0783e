namespace Orchestrator.Engine.Running;

/// <summary>Makes run ids: 14 characters that sort by time, nine for the millisecond and five that start at random and count up. Also draws for jitter. Seeded in tests.</summary>
internal sealed class IdSource(TimeProvider time, int? seed)
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private const long Tails = 1L << 25;

    private readonly Lock _lock = new();
#pragma warning disable CA5394 // ids and jitter are no secrets
    private readonly Random _random = seed is { } given ? new Random(given) : new Random();
    private long _tail = -1;

    public string Next()
    {
        lock (_lock)
        {
            _tail = _tail < 0 ? _random.NextInt64(Tails) : (_tail + 1) % Tails;
            return string.Create(14, (time.GetUtcNow().ToUnixTimeMilliseconds(), _tail), static (text, id) =>
            {
                Write(text[..9], id.Item1);
                Write(text[9..], id.Item2);
            });
        }
    }

    public double Draw()
    {
        lock (_lock) return _random.NextDouble();
    }
#pragma warning restore CA5394

    private static void Write(Span<char> text, long number)
    {
        for (var i = text.Length - 1; i >= 0; i--, number >>= 5) text[i] = Digits[(int)(number & 31)];
    }
}
