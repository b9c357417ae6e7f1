using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>From an alert to the page that says what to do.</summary>
public sealed partial class RulesRunbooksTests
{
    [Fact]
    public void Every_alert_links_the_page_of_its_own_name() => Assert.All(RuleFiles.Alerts, alert =>
        Assert.EndsWith($"/{alert.Name}.md", alert.Annotations["runbook_url"], StringComparison.Ordinal));

    // The base is what an installer edits (scripts/runbook-base); a page of another version may know other metrics.
    [Fact]
    public void All_links_have_one_base_which_is_pinned_to_this_version()
    {
        var url = Assert.Single(RuleFiles.Alerts
            .Select(alert => alert.Annotations["runbook_url"][..^(alert.Name.Length + ".md".Length)])
            .Distinct(StringComparer.Ordinal));
        var version = Version()
            .Match(File.ReadAllText(Path.Combine(Repo.Root, "Directory.Build.props"))).Groups[1].Value;

        Assert.Contains($"/v{version}/", url, StringComparison.Ordinal);
    }

    // The exporter serves the pages itself, for when the internet is not there. Where relabelling makes "instance" the
    // node's name, the port is the default one.
    [Fact]
    public void A_local_link_leads_to_the_exporter_that_told()
    {
        var local = RuleFiles.Alerts.Where(alert => alert.Annotations.ContainsKey("runbook_local")).ToArray();

        Assert.NotEmpty(local);
        Assert.All(local, alert => Assert.Equal(
            """http://{{ $labels.instance }}{{ if not (match ":[0-9]+$" $labels.instance) }}:10379{{ end }}/runbooks/"""
                + alert.Name,
            alert.Annotations["runbook_local"]));
    }

    [GeneratedRegex("<Version>([^<]+)</Version>")]
    private static partial Regex Version();
}
