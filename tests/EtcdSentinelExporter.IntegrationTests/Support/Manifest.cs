using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>etcd's static pod manifest, created from the same template as the lab's. Its flags start the real
/// process.</summary>
internal static class Manifest
{
    private const string Indent = "    - ";

    public static string Render(string name, Ports ports, string cluster, ClusterOptions options)
    {
        var text = File.ReadAllText(Path.Combine(Repo.Root, "scripts/lab/etcd.yaml.in"))
            .Replace("@NAME@", name, StringComparison.Ordinal)
            .Replace("@ADDRESS@", "127.0.0.1", StringComparison.Ordinal)
            .Replace("@CLUSTER@", cluster, StringComparison.Ordinal)
            .Replace("@VERSION@", "3.5.16", StringComparison.Ordinal)
            .Replace("@CLIENT@", Number(ports.Client), StringComparison.Ordinal)
            .Replace("@PEER@", Number(ports.Peer), StringComparison.Ordinal)
            .Replace("@METRICS@", Number(ports.Metrics), StringComparison.Ordinal);
        var lines = text.Split('\n').Where(line => options.Tls || !IsAboutTls(line)).Select(OneListener).ToList();
        var end = lines.FindLastIndex(line => line.StartsWith(Indent + "--", StringComparison.Ordinal));
        lines.InsertRange(end + 1, options.ExtraFlags.Select(flag => Indent + flag));
        return string.Join('\n', options.Tls ? lines : lines.Select(Plain));
    }

    /// <summary>Returns the flags, with the host's paths below <paramref name="root"/>.</summary>
    public static ImmutableArray<string> Flags(string manifest, string root) =>
    [
        .. manifest.Split('\n')
            .Where(line => line.StartsWith(Indent + "--", StringComparison.Ordinal))
            .Select(line => line[Indent.Length..].Replace("=/", $"={root}/", StringComparison.Ordinal)),
    ];

    // The node's address is loopback too here, and etcd cannot listen twice on the same address.
    private static string OneListener(string line) =>
        line.Contains("--listen-client-urls=", StringComparison.Ordinal) ? line.Split(',')[0] : line;

    private static bool IsAboutTls(string line) =>
        line.StartsWith(Indent + "--", StringComparison.Ordinal)
        && (line.Contains("-file=", StringComparison.Ordinal) || line.Contains("cert-auth=", StringComparison.Ordinal));

    private static string Plain(string line) => line.Replace("https://", "http://", StringComparison.Ordinal);

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);
}
