using System.Net;
using System.Net.NetworkInformation;
using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>The loopback address <c>::1</c>, which many containers do not have.</summary>
internal static class IPv6
{
    /// <summary>Skips a test that listens on it if it is missing.</summary>
    public static void Need() => Assert.SkipUnless(
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Any(one => one.Address.Equals(IPAddress.IPv6Loopback)),
        "This machine has no IPv6.");
}
