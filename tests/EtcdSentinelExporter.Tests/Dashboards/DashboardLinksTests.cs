using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Dashboards;

/// <summary>From a panel to its runbook and to the next dashboard.</summary>
public sealed partial class DashboardLinksTests
{
    [Fact]
    public void Every_panel_links_a_runbook_and_those_of_the_Overview_a_dashboard_too() =>
        Assert.All(DashboardFile.All, file => Assert.All(file.Panels, panel =>
        {
            var urls = Urls(panel).ToArray();
            Assert.Contains(urls, url => Page().IsMatch(url));
            Assert.True(file.Name != "overview" || urls.Any(url => Uid().IsMatch(url)), file.Title(panel));
        }));

    [Fact]
    public void Every_runbook_exists_and_has_the_base_of_the_alerts()
    {
        var url = RuleFiles.Alerts[0].Annotations["runbook_url"];
        var runbooks = url[..^(RuleFiles.Alerts[0].Name.Length + ".md".Length)];
        var pages = RunbookFile.All.Select(page => $"{runbooks}{page.Name}.md").ToHashSet(StringComparer.Ordinal);

        Assert.Equal([], All().Where(one => one.EndsWith(".md", StringComparison.Ordinal))
            .Except([.. pages, runbooks + "${__data.fields.Alert}.md"], StringComparer.Ordinal));
    }

    [Fact]
    public void Every_dashboard_that_is_linked_exists_and_keeps_what_was_chosen() =>
        Assert.All(
            from file in DashboardFile.All
            from url in All([file])
            where url.StartsWith("/d/", StringComparison.Ordinal)
            select (file.Name, url),
            link =>
            {
                Assert.Contains(Uid().Match(link.url).Groups[1].Value, DashboardFile.All.Select(file => file.Uid));
                string[] kept = link.Name == "fleet" ? [] : ["${cluster:queryparam}", "${node:queryparam}"];
                Assert.All(kept.Concat(["${datasource:queryparam}", "${__url_time_range}"]),
                    part => Assert.Contains(part, link.url, StringComparison.Ordinal));
            });

    [Fact]
    public void A_row_of_Fleet_leads_to_the_Overview_of_its_cluster() => Assert.Contains(
        All([DashboardFile.All.Single(file => file.Name == "fleet")]),
        url => url.StartsWith(
            "/d/etcdsentinel-overview?var-cluster=${__data.fields.Cluster:percentencode}&", StringComparison.Ordinal));

    // Where the address of an exporter is a column or a label, its status page is one click away.
    [Fact]
    public void Every_panel_that_shows_an_instance_links_the_page_of_its_exporter() => Assert.Equal([],
        from file in DashboardFile.All
        from panel in file.Panels
        let texts = DashboardFile.Strings(panel).ToArray()
        let isTable = panel.GetProperty("type").GetString() == "table"
        let isGraph = panel.GetProperty("type").GetString() is "timeseries" or "state-timeline"
        where (isTable && texts.Contains("Instance") && !texts.Contains("http://${__data.fields.Instance}/"))
            || (isGraph && texts.Any(text => text.Contains("{{instance}}", StringComparison.Ordinal))
                && !texts.Contains("http://${__field.labels.instance}/"))
        select file.Title(panel));

    [Fact]
    public void The_menu_of_each_dashboard_finds_all_of_them_by_a_tag_that_they_have() =>
        Assert.All(DashboardFile.All, file =>
    {
        var tag = Assert.Single(
            Assert.Single(file.Json.GetProperty("links").EnumerateArray()).GetProperty("tags").EnumerateArray());
        Assert.Contains(tag.GetString(), DashboardFile.Strings(file.Json.GetProperty("tags")));
    });

    // Fleet is where one begins.
    [Fact]
    public void Every_dashboard_but_Fleet_is_linked_by_another_one() => Assert.All(
        DashboardFile.All.Where(file => file.Name != "fleet"), file => Assert.Contains(
            All(DashboardFile.All.Where(other => other != file)),
            url => url.StartsWith($"/d/{file.Uid}?", StringComparison.Ordinal)));

    private static IEnumerable<string> Urls(JsonElement panel) =>
        panel.GetProperty("links").EnumerateArray().Select(link => link.GetProperty("url").GetString()!);

    private static IEnumerable<string> All(IEnumerable<DashboardFile>? files = null) =>
        (files ?? DashboardFile.All).SelectMany(file => DashboardFile.Strings(file.Json))
            .Where(text => text.StartsWith("https://", StringComparison.Ordinal)
                || text.StartsWith("/d/", StringComparison.Ordinal));

    [GeneratedRegex(@"/docs/runbooks/[\w-]+\.md$")]
    private static partial Regex Page();

    [GeneratedRegex(@"^/d/([\w-]+)\?")]
    private static partial Regex Uid();
}
