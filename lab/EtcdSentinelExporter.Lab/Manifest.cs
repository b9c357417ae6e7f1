using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EtcdSentinelExporter.Lab;

/// <summary>etcd's static pod manifest, as kubeadm writes it. Its flags start the real process.</summary>
internal static class Manifest
{
    private const string Indent = "    - ";

    /// <param name="cluster">Value of --initial-cluster.</param>
    /// <param name="version">Version of etcd, which decides names of flags.</param>
    public static string Render(MemberProcess member, string cluster, string version, ClusterOptions options)
    {
        var text = File.ReadAllText(Path.Combine(Repo.Data, "etcd.yaml.in"))
            .Replace("127.0.0.1", Host(member.Loopback), StringComparison.Ordinal)
            .Replace("@NAME@", member.Name, StringComparison.Ordinal)
            .Replace("@ADDRESS@", Host(member.Address), StringComparison.Ordinal)
            .Replace("@CLUSTER@", cluster, StringComparison.Ordinal)
            .Replace("@VERSION@", version, StringComparison.Ordinal)
            .Replace("@CLIENT@", Number(member.Ports.Client), StringComparison.Ordinal)
            .Replace("@PEER@", Number(member.Ports.Peer), StringComparison.Ordinal)
            .Replace("@METRICS@", Number(member.Ports.Metrics), StringComparison.Ordinal);
        if (Version.TryParse(version, out var number) && number >= new Version(3, 6))
            text = WithoutExperimental(text);
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

    // From 3.6 on kubeadm uses these names.
    private static string WithoutExperimental(string text) => text
        .Replace(
            "--experimental-initial-corrupt-check=true", "--feature-gates=InitialCorruptCheck=true",
            StringComparison.Ordinal)
        .Replace("--experimental-watch-progress", "--watch-progress", StringComparison.Ordinal);

    // A node may have no address but the loopback one, and etcd cannot listen twice on the same address.
    private static string OneListener(string line) =>
        line.Split(',') is [var first, var second] && first.EndsWith($"={second}", StringComparison.Ordinal)
            ? first
            : line;

    private static bool IsAboutTls(string line) =>
        line.StartsWith(Indent + "--", StringComparison.Ordinal)
        && (line.Contains("-file=", StringComparison.Ordinal) || line.Contains("cert-auth=", StringComparison.Ordinal));

    private static string Plain(string line) => line.Replace("https://", "http://", StringComparison.Ordinal);

    private static string Host(IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);
}
