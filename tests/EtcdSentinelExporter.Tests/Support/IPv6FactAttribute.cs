using System.Net;
using System.Net.NetworkInformation;
using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>A test that listens on <c>::1</c>, which many containers do not have.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class IPv6FactAttribute : FactAttribute
{
    public IPv6FactAttribute()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(one => one.GetIPProperties().UnicastAddresses);
        if (!addresses.Any(one => one.Address.Equals(IPAddress.IPv6Loopback)))
            Skip = "This machine has no IPv6.";
    }
}
