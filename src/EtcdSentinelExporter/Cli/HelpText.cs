using System.Text;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Text of <c>--help</c>: commands, sources of settings, and all settings, grouped by the first word of the
/// key.</summary>
internal static class HelpText
{
    private const int Width = 90;
    private const string Indent = "      ";

    private const string Usage = """
        Prometheus exporter for etcd members, their disks and certificates.

        Usage: etcd-sentinel-exporter
          [serve | check | defragment | recover | writers | keys | runbook | smart-agent | drives --suggest]
          [--key=value …]

          serve             poll and serve the metrics; the default
          check             poll once; print what is wrong and what to do next; exit 0 ok, 1 warning,
                            2 critical, 3 something could not be seen
            --only=NAMES      of members,keyspace,certificates,drives,storage
            --output=FORMAT   text, json or markdown
            --window=10s      time in which fsyncs and commits are measured
            --plugin          one line for node-problem-detector; exit 0 ok, 1 critical, 2 unknown
            --textfile=FILE   write the metrics for node_exporter's textfile collector
          defragment        WRITES: defragment the members that are worth it, one at a time; exit 0 ok,
                            1 stopped, 2 refused, 3 cannot read the cluster, 4 some are left
            --dry-run         print the plan, write nothing
            --min-fragmentation=0.5  least share of free pages in the file
            --min-reclaimable=0.1    least share of the quota that it frees
            --max-blocked=60s   sum of the times in which a member answers nothing
            --deadline=10m      time limit for one member
            --once-per-cluster  this timer exists once, not once for each node: act anywhere
            --trust-room        the free space of members on other nodes was checked
            --force=CODES       of version,blocked-too-long
            --textfile=FILE     write the result for node_exporter's textfile collector
          recover TOPIC     print what to do in this cluster, step by step; TOPIC is nospace,
                            fragmentation, certificates or disk; exit 0 printed or done, 1 stopped
                            midway, 2 refused, 3 cannot read the cluster
            --output=FORMAT   text, json or markdown
            --script          a bash script that asks before each step; for nospace and fragmentation
            --execute         WRITES, only nospace: run the steps; asks for the cluster ID
            --yes             do not ask; only on the node whose member has the smallest ID
            --cluster-id=HEX  do not ask; only for this cluster
            --snapshot=FILE   first save a snapshot there, not on a disk of etcd
            --no-snapshot=REASON  save none
            --only=STEP       snapshot, compact, defragment=MEMBER or disarm
            --journal=FILE    not on a disk of etcd; an interrupted run goes on for an hour
            --trust-room      the free space of members on other nodes was checked
            --force=CODES     of version,blocked-too-long,member-down
          writers           watch a follower, and print who writes most; exit 0 done, 1 cancelled
                            because it was too much, 2 refused, 3 cannot read the cluster
            --for=30s         duration, at most 5m
          keys              count the keys of a resource on a follower; exit 0, 2 refused, 3 cannot
                            read the cluster
            --resource=NAME   pods, deployments.apps, toys.example.com
            --by=namespace    in each namespace
            --largest         read all values (at most 50,000), and name the largest
          runbook [NAME]    print a runbook
          smart-agent       read SMART data of the drives as root and write it into drives.folder;
                            opens no port
          drives --suggest  as root, print drives.devices for the drives behind controllers
          -h, --help        print this help
          --version         print version and revision

        Every setting is a flag, an environment variable and a key of the YAML file:
        --etcd.cert-file=F, ETCDSENTINEL_ETCD_CERT_FILE=F, or "cert-file: F" below "etcd:".
        Precedence: flag, environment, file, default.

        """;

    public static string Write(SettingTable table)
    {
        var text = new StringBuilder(Usage.ReplaceLineEndings("\n"));
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
