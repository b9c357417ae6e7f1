using System.Text;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Text of <c>--help</c>: commands, sources of settings, and all settings, grouped by the first word of the
/// key.</summary>
internal static class HelpText
{
    private const int Width = 90;
    private const string Indent = "      ";

    public static string Write(SettingTable table)
    {
        var text = new StringBuilder("""
            Prometheus exporter for etcd members, their disks and certificates.

            Usage: etcd-sentinel-exporter [serve | check | runbook | smart-agent | drives --suggest]
                   [--key=value …]

              serve             poll and serve the metrics; the default
              check             poll once; print what is wrong and what to do next; exit 0 ok, 1 warning,
                                2 critical, 3 something could not be seen
                --only=NAMES      of members,certificates,drives,storage
                --output=FORMAT   text, json or markdown
                --window=10s      time in which fsyncs and commits are measured
                --plugin          one line for node-problem-detector; exit 0 ok, 1 critical, 2 unknown
                --textfile=FILE   write the metrics for node_exporter's textfile collector
              runbook [NAME]    print a runbook
              smart-agent       read SMART data of the drives as root and write it into drives.folder;
                                opens no port
              drives --suggest  as root, print drives.devices for the drives behind controllers
              -h, --help        print this help
              --version         print version and revision

            Every setting is a flag, an environment variable and a key of the YAML file:
            --etcd.cert-file=F, ETCDSENTINEL_ETCD_CERT_FILE=F, or "cert-file: F" below "etcd:".
            Precedence: flag, environment, file, default.

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
