using System.Globalization;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Rules;

/// <summary>Findings, alerts, runbooks and pages know each other: nothing has only half of its parts.</summary>
public sealed partial class RulesCompleteTests
{
    [Fact]
    public void Every_alert_has_a_runbook() => Assert.Equal([],
        RuleFiles.Alerts.Select(alert => alert.Name).Distinct(StringComparer.Ordinal)
            .Where(name => !File.Exists(Path.Combine(Repo.Root, "docs", "runbooks", $"{name}.md"))));

    // What a look at one node shows, and what no series of it should tell.
    private static readonly string[] WithoutAlert =
    [
        "DiskBehindController", "DiskReplaceSoon", "EtcdBackupOnlyHere", "EtcdBackupShrank", "EtcdDiskUnresolved",
        "EtcdFilesystemErrors", "EtcdManyKeys", "EtcdUpgradeBlocked", "EtcdVersionOutdated", "EtcdVersionUnsafe",
    ];

    [Fact]
    public void Every_finding_is_an_alert_of_the_same_name() => Assert.Equal(WithoutAlert,
        Findings().Select(finding => finding.Code)
            .Except(RuleFiles.Alerts.Select(alert => alert.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal));

    // Verdict, next commands and corrections go by the code: one that is spelt otherwise would do nothing.
    [Fact]
    public void Every_code_in_the_sources_is_an_alert_or_a_finding() => Assert.Equal([],
        (from file in Directory.EnumerateFiles(Path.Combine(Repo.Root, "src"), "*.cs", SearchOption.AllDirectories)
         where file.Contains("/Diagnosis/", StringComparison.Ordinal) || file.EndsWith("Findings.cs", StringComparison.Ordinal)
         from Match code in Code().Matches(File.ReadAllText(file))
         select code.Groups[1].Value)
        .Except(RuleFiles.Alerts.Select(alert => alert.Name), StringComparer.Ordinal)
        .Except(WithoutAlert, StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_runbook_of_one_problem_is_that_of_an_alert_or_of_a_finding() => Assert.Equal(WithoutAlert,
        RunbookFile.All.Where(page => page.IsOfAlert).Select(page => page.Name)
            .Except(RuleFiles.Alerts.Select(alert => alert.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void At_most_twenty_alerts_wake_somebody() => Assert.InRange(
        RuleFiles.Alerts.Where(alert => alert.Severity == "critical").Select(alert => alert.Name)
            .Distinct(StringComparer.Ordinal).Count(), 10, 20);

    [Fact]
    public void The_page_on_upgrading_lists_no_alert_that_exists_as_gone() => Assert.Empty(
        Gone().Matches(File.ReadAllText(Path.Combine(Repo.Root, "docs", "install", "upgrading.md")))
            .Select(row => row.Groups[1].Value)
            .Intersect(RuleFiles.Alerts.Select(alert => alert.Name), StringComparer.Ordinal));

    // The alert sees that a count has grown, and is a ticket. The finding sees a total that may be years old.
    private static readonly string[] MilderAsFindings = ["DiskMediaErrors"];

    [Fact]
    public void A_finding_is_as_severe_as_its_alert() => Assert.Equal([],
        from finding in Findings()
        where !MilderAsFindings.Contains(finding.Code, StringComparer.Ordinal)
        let severities = RuleFiles.Alerts.Where(alert => alert.Name == finding.Code).Select(alert => alert.Severity)
            .ToArray()
        where severities.Length > 0 && !severities.Contains(finding.Severity, StringComparer.OrdinalIgnoreCase)
        select $"{finding.Code}: {finding.Severity}, but {string.Join(", ", severities)}");

    [Theory]
    [InlineData("DiskWearHigh", DrivesFindings.WearWarning)]
    [InlineData("DiskWornOut", DrivesFindings.WornOut)]
    public void Wear_is_judged_alike(string alert, double threshold) => Assert.Contains(
        threshold.ToString(CultureInfo.InvariantCulture),
        Assert.Single(RuleFiles.Alerts, a => a.Name == alert).Expression, StringComparison.Ordinal);

    [Fact]
    public void The_page_that_compares_names_no_alert_that_does_not_exist() => Assert.Equal([],
        OurName().Matches(File.ReadAllText(Path.Combine(Repo.Root, "docs", "alerts-compared.md")))
            .Select(name => name.Value)
            .Except(RuleFiles.Alerts.Select(alert => alert.Name), StringComparer.Ordinal));

    [Fact]
    public void The_incidents_table_names_no_alert_that_does_not_exist() => Assert.Equal([],
        AlertsPageTests.Incidents.Keys.Except(RuleFiles.Alerts.Select(alert => alert.Name), StringComparer.Ordinal));

    private static IEnumerable<(string Code, string Severity)> Findings() =>
        from file in Directory.EnumerateFiles(Path.Combine(Repo.Root, "src"), "*.cs", SearchOption.AllDirectories)
        from Match finding in Finding().Matches(File.ReadAllText(file))
        select (finding.Groups[1].Value, finding.Groups[2].Value);

    [GeneratedRegex(@"^\| `([A-Za-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Gone();

    [GeneratedRegex(@"""([A-Z][A-Za-z]+)"",\s*Severity\.(\w+)")]
    private static partial Regex Finding();

    [GeneratedRegex(@"""((?:Etcd|Disk|Certificate|CA|Leaf|Served|Component|Sentinel)[A-Z]\w+)""")]
    private static partial Regex Code();

    [GeneratedRegex(@"\b(?:Etcd|Sentinel|Apiserver|ControlPlane|Disk)[A-Z]\w+")]
    private static partial Regex OurName();
}
