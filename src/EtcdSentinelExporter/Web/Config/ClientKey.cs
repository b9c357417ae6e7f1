using System.Net;
using System.Net.Sockets;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Identifies one client for all limits.</summary>
/// <param name="Network">An IPv4 address, a loopback address, or the /64 of an IPv6 address.</param>
internal readonly record struct ClientKey(IPAddress Network)
{
    private const int PrefixBytes = 8;

    /// <param name="address">The peer's address, or null for a request without a connection.</param>
    /// <remarks>On a dual-stack socket IPv4 peers have mapped addresses, all in one /64. A host can use any address of
    /// its /64, so the /64 is one client. fe80::/64 exists on every link: its scope distinguishes links.</remarks>
    public static ClientKey Of(IPAddress? address)
    {
        if (address is null)
            return new(IPAddress.None);
        if (address.IsIPv4MappedToIPv6)
            return new(address.MapToIPv4());
        if (address.AddressFamily is not AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return new(address);
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return new(new IPAddress(bytes, address.IsIPv6LinkLocal ? address.ScopeId : 0));
    }
}
