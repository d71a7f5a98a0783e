using Orchestrator.Activities.Network;

namespace Orchestrator.Activities.Tests.Network;

public class HostBitsTests
{
    [Theory]
    [InlineData("10.20.0.0/16", "192.168.3.7", "10.20.3.7/16")]
    [InlineData("10.240.0.0/16", "192.168.3.7", "10.240.3.7/16")]
    [InlineData("10.20.99.99/16", "192.168.3.7", "10.20.3.7/16")]
    [InlineData("10.20.0.0/24", "192.168.3.7", "10.20.0.7/24")]
    [InlineData("10.20.128.0/17", "192.168.255.255", "10.20.255.255/17")]
    [InlineData("10.20.0.0/20", "172.17.250.1", "10.20.10.1/20")]
    [InlineData("10.0.0.0/0", "192.168.3.7", "192.168.3.7/0")]
    [InlineData("10.0.0.1/32", "192.168.3.7", "10.0.0.1/32")]
    [InlineData("fd39:1:2::/48", "fd00:9:9:9::7", "fd39:1:2:9::7/48")]
    [InlineData("fd39:1::/32", "192.168.3.7", null)]
    [InlineData("10.0.0.0/33", "192.168.3.7", null)]
    [InlineData("10.0.0/99", "192.168.3.7", null)]
    [InlineData("10.0.0.0/8", "nonsense", null)]
    public void Combine_TakesNetworkBitsAndHostBits(string cidr, string address, string? expected) => Assert.Equal(expected, HostBits.Combine(cidr, address));

    [Theory]
    [InlineData("FD39:0:0::1/64", "fd39::1/64")]
    [InlineData("10.0.0.1", "10.0.0.1/32")]
    [InlineData("10.0.0.1/x", null)]
    public void Canonical_IsTheKernelsForm(string cidr, string? expected) => Assert.Equal(expected, HostBits.Canonical(cidr));
}
