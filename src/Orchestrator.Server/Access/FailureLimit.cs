using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Server.Access;

/// <summary>
/// Counts wrong credentials per address and minute. Over the limit an address hears 429 instead of 401 and leaves no more audit lines; a right credential passes all the same, so nobody can lock
/// others out. Memory is bounded: over <see cref="MostAddresses"/> all further ones share a count.
/// </summary>
internal sealed class FailureLimit(TimeProvider time)
{
    /// <summary>So many wrong ones a minute are answered with 401.</summary>
    public const int PerMinute = 20;

    private const int MostAddresses = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = [];
    private long _minute;

    /// <summary>Counts a failure; false when the address is over the limit.</summary>
    public bool Count(IPAddress? from)
    {
        lock (_lock)
        {
            var minute = time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
            if (minute != _minute)
            {
                _counts.Clear();
                _minute = minute;
            }

            var key = Key(from);
            if (_counts.Count >= MostAddresses && !_counts.ContainsKey(key)) key = "others";
            return (_counts[key] = _counts.GetValueOrDefault(key) + 1) <= PerMinute;
        }
    }

    // Whoever has one IPv6 address has its whole /64.
    private static string Key(IPAddress? from)
    {
        if (from is null) return "";
        if (from.IsIPv4MappedToIPv6) from = from.MapToIPv4();
        return from.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(from.GetAddressBytes().AsSpan(0, 8)) : from.ToString();
    }
}
