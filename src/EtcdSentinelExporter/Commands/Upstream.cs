using System.Net.Sockets;
using EtcdSentinelExporter.Configuration;

namespace EtcdSentinelExporter.Commands;

/// <summary>The flag <c>--upstream</c>: the socket on which an exporter without a port listens.</summary>
internal static class Upstream
{
    public const string Flag = "--upstream";
    public const string Advice =
        "name the socket of the exporter once, such as --upstream=unix:/run/sentinel/exporter.sock.";

    /// <returns><see langword="null"/> where it is not one socket.</returns>
    public static UnixDomainSocketEndPoint? Parse(string[] given)
    {
        try
        {
            return given is [var one] ? ListenAddress.Parse(one).EndPoint as UnixDomainSocketEndPoint : null;
        }
        catch (FormatException)
        {
            return null; // The advice says it too.
        }
    }
}
