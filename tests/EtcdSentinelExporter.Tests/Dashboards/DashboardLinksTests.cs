using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Dashboards;

/// <summary>From a panel to its runbook and to the next dashboard.</summary>
public sealed partial class DashboardLinksTests
{
    [Fact]
    public void Every_panel_links_a_runbook_and_the_next_dashboard() =>
        Assert.All(DashboardFile.All.SelectMany(file => file.Panels), panel =>
        {
            var urls = Urls(panel).ToArray();
            Assert.Contains(urls, url => Page().IsMatch(url));
            Assert.Contains(urls, url => Uid().IsMatch(url));
        });

    [Fact]
    public void Every_runbook_exists_and_has_the_base_of_the_alerts()
    {
        var url = RuleFiles.Alerts[0].Annotations["runbook_url"];
        var runbooks = url[..^(RuleFiles.Alerts[0].Name.Length + ".md".Length)];
        var pages = RunbookFile.All.Select(page => $"{runbooks}{page.Name}.md").ToHashSet(StringComparer.Ordinal);

        Assert.Equal([], All().Where(one => one.EndsWith(".md", StringComparison.Ordinal))
            .Except([.. pages, runbooks + "${__data.fields.Runbook}.md"], StringComparer.Ordinal));
    }

    [Fact]
    public void Every_dashboard_that_is_linked_exists_and_keeps_what_was_chosen() => Assert.All(
        All().Where(url => url.StartsWith("/d/", StringComparison.Ordinal)), url =>
        {
            Assert.Contains(Uid().Match(url).Groups[1].Value, DashboardFile.All.Select(file => file.Uid));
            Assert.All((string[])["${cluster:queryparam}", "${node:queryparam}", "${datasource:queryparam}",
                "${__url_time_range}"],
                part => Assert.Contains(part, url, StringComparison.Ordinal));
        });

    [Fact]
    public void The_menu_of_each_dashboard_finds_all_of_them_by_a_tag_that_they_have() =>
        Assert.All(DashboardFile.All, file =>
    {
        var tag = Assert.Single(
            Assert.Single(file.Json.GetProperty("links").EnumerateArray()).GetProperty("tags").EnumerateArray());
        Assert.Contains(tag.GetString(), DashboardFile.Strings(file.Json.GetProperty("tags")));
    });

    [Fact]
    public void Every_dashboard_is_linked_by_another_one() => Assert.All(DashboardFile.All, file => Assert.Contains(
        DashboardFile.All.Where(other => other != file).SelectMany(other => other.Panels).SelectMany(Urls),
        url => url.StartsWith($"/d/{file.Uid}?", StringComparison.Ordinal)));

    private static IEnumerable<string> Urls(JsonElement panel) =>
        panel.GetProperty("links").EnumerateArray().Select(link => link.GetProperty("url").GetString()!);

    private static IEnumerable<string> All() => DashboardFile.All.SelectMany(file => DashboardFile.Strings(file.Json))
        .Where(text => text.StartsWith("https://", StringComparison.Ordinal)
            || text.StartsWith("/d/", StringComparison.Ordinal));

    [GeneratedRegex(@"/docs/runbooks/[\w-]+\.md$")]
    private static partial Regex Page();

    [GeneratedRegex(@"^/d/([\w-]+)\?")]
    private static partial Regex Uid();
}
