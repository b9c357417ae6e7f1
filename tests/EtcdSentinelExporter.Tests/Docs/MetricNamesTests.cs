using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>Code, docs, rules and dashboards name the same metrics.</summary>
public sealed partial class MetricNamesTests
{
    // Prometheus Operator writes these on every target, and ours would arrive as exported_….
    private static readonly string[] TargetLabels =
        ["job", "instance", "endpoint", "namespace", "pod", "service", "container", "node", "cluster"];

    private static readonly IReadOnlyList<MetricFamily> Families =
        [.. Catalog.All.SelectMany(kind => kind.Families), .. PollMetrics.Families, .. DefragmentMetrics.Families];

    [Fact]
    public void No_two_families_share_a_name() =>
        Assert.DoesNotContain(Families.GroupBy(f => f.Name, StringComparer.Ordinal), g => g.Count() > 1);

    [Fact]
    public void No_label_is_one_that_targets_have() =>
        Assert.DoesNotContain(Families, f => f.Labels.Intersect(TargetLabels, StringComparer.Ordinal).Any());

    [Fact]
    public void Rules_and_dashboards_mention_only_metrics_that_exist()
    {
        var mentioned =
            from folder in new[] { "rules", "dashboards" }
            let path = Path.Combine(Repo.Root, folder)
            where Directory.Exists(path)
            from file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            from Match name in OwnMetric().Matches(File.ReadAllText(file))
            select name.Value;

        Assert.Empty(mentioned.Except(Families.SelectMany(Series), StringComparer.Ordinal));
    }

    [Fact]
    public void The_metrics_page_is_what_the_code_says()
    {
        var page = new StringBuilder("# Metrics\n\nWritten by a test; `UPDATE_GOLDEN=1 dotnet test` rewrites it. ")
            .Append("A value that is not known is absent: never zero, never stale.\n");
        foreach (var kind in Catalog.All)
            AddFamilies(page, $"Collector `{kind.Name}`", kind.Families);
        AddFamilies(page, "All collectors", PollMetrics.Families);
        AddFamilies(page, "Command `defragment --textfile`", DefragmentMetrics.Families);
        AddLists(page);
        Golden.Match(page.ToString(), Path.Combine(Repo.Root, "docs", "metrics.md"));
    }

    private static void AddFamilies(StringBuilder page, string title, IEnumerable<MetricFamily> families)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n")
            .Append("| Name | Type | Labels | Meaning | Absent |\n| --- | --- | --- | --- | --- |\n");
        foreach (var f in families)
        {
            var help = f.Help.Replace("|", "\\|", StringComparison.Ordinal);
            var absent = Absence().Match(help);
            var meaning = absent.Success ? help.Remove(absent.Index, absent.Length).Trim() : help;
            page.Append(CultureInfo.InvariantCulture,
                $"| `{f.Name}` | {f.Type.ToString().ToLowerInvariant()} | {string.Join(", ", f.Labels)} | {meaning} ")
                .Append(CultureInfo.InvariantCulture, $"| {(absent.Success ? absent.Groups["when"].Value : "–")} |\n");
        }
    }

    private static IEnumerable<string> Series(MetricFamily family) => family.Type is MetricType.Histogram
        ? [family.Name, family.Name + "_bucket", family.Name + "_sum", family.Name + "_count"]
        : [family.Name];

    private static void AddLists(StringBuilder page)
    {
        page.Append("\n## Values of labels\n\nEach is out of a closed list.\n\n| Metric | Label | Values |\n| --- | --- | --- |\n");
        (string Metric, string Label, IEnumerable<string> Values)[] lists =
        [
            ("etcd_sentinel_member_failure", "reason", MemberFailure.Reasons),
            ("etcd_sentinel_probe_success, …_failure, …_duration_seconds", "probe", ProbeRecord.Names),
            ("etcd_sentinel_probe_failure", "reason", EtcdReason.All),
            ("etcd_sentinel_alarm_active", "alarm", [MemberAlarms.NoSpace, MemberAlarms.Corrupt, MemberAlarms.Other]),
            ("etcd_sentinel_answer_truncated", "part", AnswerPart.Names),
            ("etcd_sentinel_client_credentials_load_failure", "reason", LoadProblem.Reasons),
            ("etcd_sentinel_certificate_load_error", "reason", LoadProblem.FileReasons),
            ("etcd_sentinel_etcd_config_load_failure", "reason", EtcdConfigProblem.Reasons),
            ("etcd_sentinel_data_dir_bytes, …_allocated_bytes, …_files", "part", DirectoryUse.PartNames),
            ("etcd_sentinel_data_dir_state", "state", DirectoryUse.States),
            ("etcd_sentinel_disk_role_info, …_resolved, …_unresolved", "role", DiskRole.All),
            ("etcd_sentinel_disk_role_unresolved", "reason", DiskReason.All),
            ("etcd_sentinel_poll_failure", "reason", ProbeFailure.Reasons),
        ];
        foreach (var (metric, label, values) in lists)
            page.Append(CultureInfo.InvariantCulture, $"| `{metric}` | {label} | {string.Join(", ", values)} |\n");
    }

    // A sentence ends at a full stop before a space or the end; versions hold others.
    [GeneratedRegex(@" ?\bAbsent (?<when>.+?)\.(?= |$)")]
    private static partial Regex Absence();

    [GeneratedRegex(@"\betcd_sentinel_[a-z0-9_]+")]
    private static partial Regex OwnMetric();
}
