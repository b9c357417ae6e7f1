using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Lab.Situations;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Rules;

/// <summary>docs/alerts.md is written from the rules.</summary>
public sealed partial class AlertsPageTests
{
    private const string DyingDisk = "dying disk";
    private const string NoSpace = "NOSPACE";
    private const string Fragmentation = "fragmentation";
    private const string Certificates = "certificates";

    // Which of the incidents an alert would have prevented, or ended earlier. The others are not out of a report.
    internal static readonly Dictionary<string, string> Incidents = new(StringComparer.Ordinal)
    {
        ["ControlPlaneDiskIsTheCause"] = DyingDisk,
        ["EtcdHighFsyncDuration"] = DyingDisk,
        ["EtcdFsyncDurationCritical"] = DyingDisk,
        ["EtcdHighCommitDuration"] = DyingDisk,
        ["EtcdDiskSlowFlush"] = DyingDisk,
        ["EtcdDiskBusy"] = DyingDisk,
        ["EtcdDiskShared"] = DyingDisk,
        ["DiskCommandTimeout"] = DyingDisk,
        ["DiskCommandTimeoutHistory"] = DyingDisk,
        ["DiskFailing"] = DyingDisk,
        ["EtcdDiskFailing"] = DyingDisk,
        ["DiskWearHigh"] = DyingDisk,
        ["DiskWornOut"] = DyingDisk,
        ["EtcdNoSpaceAlarm"] = NoSpace,
        ["EtcdDatabaseQuotaLowSpace"] = $"{NoSpace}, {Fragmentation}",
        ["EtcdDatabaseQuotaCritical"] = $"{NoSpace}, {Fragmentation}",
        ["EtcdDatabaseFillsSoon"] = $"{NoSpace}, {Fragmentation}",
        ["EtcdCompactionStalled"] = NoSpace,
        ["EtcdHighFragmentation"] = $"{NoSpace}, {Fragmentation}",
        ["EtcdObjectsGrowing"] = Fragmentation,
        ["CertificateExpiringSoon"] = Certificates,
        ["CertificateExpiringCritical"] = Certificates,
        ["CAExpiringSoon"] = Certificates,
        ["CAExpiringCritical"] = Certificates,
        ["ComponentRestartNeeded"] = Certificates,
        ["ServedCertificateExpiring"] = Certificates,
    };

    [Fact]
    public void The_alerts_page_is_what_the_rules_say()
    {
        var page = new StringBuilder(Intro);
        foreach (var area in RuleFiles.Alerts.GroupBy(alert => alert.Area, StringComparer.Ordinal))
            AddArea(page, area);
        page.Append(AboutSituations);
        foreach (var situation in SituationsCommand.All)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| <a id=\"{situation.Name}\"></a>{situation.Name} | {situation.Story} | {Fires(situation)} |\n");
        }
        Golden.Match(page.Append(Outro).ToString(), Path.Combine(Repo.Root, "docs", "alerts.md"));
    }

    private static string Situations(string alert) => string.Join(", ",
        SituationsCommand.All.Where(situation => situation.Fires.Contains(alert, StringComparer.Ordinal))
            .Select(situation => $"[{situation.Name}](#{situation.Name})").DefaultIfEmpty("–"));

    private static string Fires(Situation situation) => string.Join(", ", situation.Fires.DefaultIfEmpty("–"));

    private static void AddArea(StringBuilder page, IGrouping<string, Rule> area)
    {
        page.Append(CultureInfo.InvariantCulture,
            $"\n## {area.Key}\n\n");
        page.Append("| Alert | Severity | For | What it says | Incident | Fires in |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var alert in area)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| [{alert.Name}](runbooks/{alert.Name}.md) | {alert.Severity} | {alert.For} | "
                + $"{Sentence(alert.Annotations["summary"])} | {Incidents.GetValueOrDefault(alert.Name, "–")} | {Situations(alert.Name)} |\n");
        }
        foreach (var alert in area)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"\n{alert.Name} ({alert.Severity}):\n\n```promql\n{alert.Expression.TrimEnd()}\n```\n");
        }
    }

    [Fact]
    public void Summaries_are_shown_as_sentences_with_names_for_what_is_filled_in()
    {
        Assert.Equal("CA *name* of *node* expires in *value* or has expired", Sentence(
            "CA {{ $labels.name }} of {{ or $labels.node $labels.instance }} " +
            "{{ if gt $value 0.0 }}expires in {{ $value | humanizeDuration }}{{ else }}has expired{{ end }}"));
        Assert.Equal("Nodes have different CAs, on *host*", Sentence(
            "Nodes{{ with $labels.cluster }} of cluster {{ . }}{{ end }} have different CAs, on " +
            "{{ range printf `info{host=%q}` $labels.host | query }}{{ .Labels.node }}{{ else }}{{ "
            + "$labels.host }}{{ end }}"));
        Assert.All(RuleFiles.Alerts,
            alert => Assert.DoesNotContain("{{", Sentence(alert.Annotations["summary"]), StringComparison.Ordinal));
    }

    // The page is for people: what stands between braces is for Prometheus.
    private static string Sentence(string template)
    {
        var text = Optional().Replace(template, "");
        text = LookedUp().Replace(text, "$1");
        text = Value().Replace(Label().Replace(text, "*$1*"), "*value*");
        return Choice().Replace(text, "$1 or $2").Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{\{ with .*?\{\{ end \}\}")]
    private static partial Regex Optional();

    // A name that is looked up, and the label where there is none.
    [GeneratedRegex(@"\{\{ range .*?\{\{ else \}\}(.*?)\{\{ end \}\}")]
    private static partial Regex LookedUp();

    [GeneratedRegex(@"\{\{ (?:or )?\$labels\.(\w+)[^}]*\}\}")]
    private static partial Regex Label();

    [GeneratedRegex(@"\{\{ \$value[^}]*\}\}")]
    private static partial Regex Value();

    [GeneratedRegex(@"\{\{ if .*?\}\}(.*?)\{\{ else \}\}(.*?)\{\{ end \}\}")]
    private static partial Regex Choice();

    private const string Intro = """
        # Alerts

        Written by a test; `UPDATE_GOLDEN=1 dotnet test` rewrites it. The rules are in `rules/`, beside their promtool tests. How they
        compare with the etcd mixin and kube-prometheus-stack: [alerts-compared.md](alerts-compared.md). How to change a threshold, a
        `for` or a severity, or to drop an alert: [changing-alerts.md](changing-alerts.md).

        - `critical` means: get up now. `warning` is a ticket for working hours, `info` is a recommendation: route it to no pager
          ([alertmanager.yaml](../rules/alertmanager/alertmanager.yaml)).
        - Words in *italics* are filled in by Prometheus.
        - *Fires in* names the situations below in which the alert fires. It was silent in all others.
        - Incident names the outage that the alert would have prevented, or ended earlier.
        - `runbook_url` has one base for all alerts, pinned to this version. `scripts/runbook-base URL` changes it everywhere.
        - Names that begin with `control_plane_sentinel:` are recorded (`rules/recording.rules.yaml`): that file has to be loaded too.

        """;

    private const string AboutSituations = """

        ## Situations

        Whole situations of clusters, each with all rules in promtool: what the last column names fires, and nothing else at any time. Pages come at most
        90 seconds after their `for`. `lab situations FOLDER` writes the tests.

        | Situation | What happens | Fires |
        | --- | --- | --- |

        """;

    private const string Outro = """

        ## Thresholds that are no alerts

        | Number | Where it is | Why it is no alert |
        | --- | --- | --- |
        | fsync p99 of 10 ms | line in the dashboard; the runbook of EtcdHighFsyncDuration | shared cloud disks live above it for years; 50 ms is where elections come near |
        | backend commit p99 of 25 ms | line in the dashboard; the runbook of EtcdHighCommitDuration | the same; the alert stands where commits pile up behind the batch interval of 100 ms |
        | heartbeats that the leader sends late | Overview dashboard; the text of EtcdLeaderChanges | always beside slow fsyncs or elections |
        | members whose files differ in size | database dashboard; EtcdHighFragmentation of the larger one | the data is the same: only free pages differ |
        | a folder of etcd whose disk is not known (`EtcdDiskUnresolved`) | the exporter's status page; the disk dashboard | a question of the setup, not of the night |
        | 50,000 events, or 100,000 keys of one resource, or ten leases for each node (`EtcdManyKeys`) | the exporter's status page and `check` | healthy large clusters have them; growth is what EtcdObjectsGrowing looks at |
        | auto-compaction off | the runbook of EtcdCompactionStalled | that is every healthy kubeadm cluster: kube-apiserver compacts |
        | age of a disk (62,247 hours) | dashboard; the text of ControlPlaneDiskIsTheCause | old disks that work are no fault; wear, timeouts and slow flushes tell which one is |
        | leader changes of 1 an hour | dashboard | a rolling upgrade makes as many |

        """;
}
