using System.Text;

namespace EtcdSentinelExporter.Lab;

/// <summary>The files of other distributions, made from kubeadm's manifest.</summary>
internal static class NodeForms
{
    private const string Peer = "peer-";
    private static readonly string[] s_tls = ["cert-file", "key-file", "client-cert-auth", "trusted-ca-file"];

    /// <summary>Writes what the distribution of that node writes.</summary>
    public static void Write(NodeFolder node, string manifest)
    {
        var flags = Manifest.Flags(manifest, root: "");
        File.WriteAllText(node.Manifest, node.Form switch
        {
            NodeForm.Systemd => $"[Service]\nExecStart=/usr/bin/etcd \\\n  {string.Join(" \\\n  ", flags)}\n",
            NodeForm.K3s => Configuration(flags),
            _ => manifest,
        });
        if (node.Form is not NodeForm.Systemd)
            return;
        var enabled = Path.Combine(node.Root, "etc/systemd/system/multi-user.target.wants/etcd.service");
        Directory.CreateDirectory(Path.GetDirectoryName(enabled)!);
        File.CreateSymbolicLink(enabled, "../etcd.service");
    }

    // etcd's configuration file, in which TLS has sections of its own.
    private static string Configuration(IEnumerable<string> flags)
    {
        var (plain, client, peer) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        foreach (var (name, value) in flags.Select(flag => flag[2..].Split('=', 2)).Select(pair => (pair[0], pair[1])))
        {
            var isPeer = name.StartsWith(Peer, StringComparison.Ordinal);
            var key = isPeer ? name[Peer.Length..] : name;
            if (s_tls.Contains(key, StringComparer.Ordinal))
                (isPeer ? peer : client).Append("  ").Append(key).Append(": ").Append(value).Append('\n');
            else
                plain.Append(name).Append(": ").Append(value).Append('\n');
        }
        return $"{plain}client-transport-security:\n{client}peer-transport-security:\n{peer}";
    }
}
