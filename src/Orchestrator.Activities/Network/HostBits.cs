using System.Globalization;
using System.Net;

namespace Orchestrator.Activities.Network;

/// <summary>Addresses put together from the network part of one and the host part of another: how a node's storage address follows from its management address.</summary>
internal static class HostBits
{
    /// <summary>
    /// <paramref name="cidr"/> with its host bits taken from <paramref name="address"/>: <c>10.20.0.0/16</c> and <c>192.168.3.7</c> give <c>10.20.3.7/16</c>. Both must be of one
    /// family, or the result is null.
    /// </summary>
    public static string? Combine(string cidr, string address)
    {
        if (!TryParse(cidr, out var network, out var prefix) || !IPAddress.TryParse(address, out var host) || host.AddressFamily != network.AddressFamily) return null;
        var (bits, from) = (network.GetAddressBytes(), host.GetAddressBytes());
        for (var i = 0; i < bits.Length; i++)
        {
            var mask = (byte)(0xff00 >> Math.Clamp(prefix - (i * 8), 0, 8));
            bits[i] = (byte)((bits[i] & mask) | (from[i] & ~mask));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bits)}/{prefix}");
    }

    /// <summary>Reads <c>address/prefix</c>; an address alone has the whole length as its prefix.</summary>
    public static bool TryParse(string cidr, out IPAddress address, out int prefix)
    {
        var parts = cidr.Split('/', 2);
        prefix = 0;
        if (!IPAddress.TryParse(parts[0], out address!)) return false;
        var most = address.GetAddressBytes().Length * 8;
        if (parts.Length == 1) prefix = most;
        else if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out prefix)) return false;
        return prefix <= most;
    }

    /// <summary>The form in which the kernel prints it, so that texts can be compared; null when it is no address.</summary>
    public static string? Canonical(string cidr) => TryParse(cidr, out var address, out var prefix) ? string.Create(CultureInfo.InvariantCulture, $"{address}/{prefix}") : null;
}
