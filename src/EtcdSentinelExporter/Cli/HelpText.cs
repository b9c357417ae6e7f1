using System.Text;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>What <c>--help</c> prints: verbs, how settings are given, and all settings by their first word.</summary>
internal static class HelpText
{
    private const int Width = 90;
    private const string Indent = "      ";

    public static string Write(SettingTable table)
    {
        var text = new StringBuilder("""
            Prometheus exporter for etcd members, their disks and certificates.

            Usage: etcd-sentinel-exporter [serve | smart-agent] [--key=value …]

              serve          poll and serve the metrics; the default
              smart-agent    ask the drives as root, and write what they say into drives.folder;
                             listens to nobody
              -h, --help     print this
              --version      print version and revision

            Every setting is a flag, an environment variable and a key of the YAML file:
            --etcd.cert-file=F, ETCDSENTINEL_ETCD_CERT_FILE=F, or "cert-file: F" below "etcd:".
            Flag beats environment beats file beats default.

            """.ReplaceLineEndings("\n"));
        foreach (var group in table.Rows.GroupBy(row => row.Key.Split('.')[0], StringComparer.Ordinal))
        {
            text.Append('\n').Append(group.Key).Append('\n');
            foreach (var row in group)
                Append(text, row);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, Setting row)
    {
        text.Append("  ").Append(row.Flag).Append(row.Repeatable ? "  (repeatable)" : "").Append('\n');
        var fallback = row.Default is "" ? "" : $" Default: {row.Default}";
        var help = row.Help.Replace("`", "", StringComparison.Ordinal) + fallback;
        foreach (var line in Wrap(help))
            text.Append(Indent).Append(line).Append('\n');
    }

    private static IEnumerable<string> Wrap(string sentence)
    {
        var line = "";
        foreach (var word in sentence.Split(' '))
        {
            if (line.Length > 0 && Indent.Length + line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = "";
            }
            line += line.Length > 0 ? " " + word : word;
        }
        yield return line;
    }
}
