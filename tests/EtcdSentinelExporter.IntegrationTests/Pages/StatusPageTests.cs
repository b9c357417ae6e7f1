using EtcdSentinelExporter.Lab.Browsing;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Pages;

/// <summary>The status page in Chromium: of a healthy node, and of each incident of the demo.</summary>
[Collection(StatusPages.Name)]
public sealed class StatusPageTests(StatusPages pages)
{
    private const int Phone = 360;
    private const int Desktop = 1280;

    // The last two: a zoom of 200 %, and of 400 %, for which WCAG asks (1.4.10).
    private static readonly BrowserView[] Views =
    [
        new(Phone), new(Phone, IsDark: true), new(Desktop), new(Desktop, IsDark: true), new(Desktop / 2, Scale: 2),
        new(Desktop / 4, Scale: 4),
    ];

    public static TheoryData<string> Cases => [.. PageCase.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_verdict_names_the_problem(string name)
    {
        await pages.OpenAsync(name, new(Desktop));

        var verdict = await TextAsync("return document.querySelector('[role=status]').innerText");
        Assert.StartsWith(PageCase.All[name].Verdict, verdict, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_fits_every_screen_breaks_no_rule_of_accessibility_and_loads_nothing_else(string name)
    {
        await pages.OpenAsync(name, Views[0]);
        var problems = new List<string>();
        foreach (var view in Views)
        {
            await pages.Browser.ImitateAsync(view);
            problems.AddRange(await PageAudit.OverflowsAsync(pages.Browser));
            if (view.Scale is 1)
                problems.AddRange(await PageAudit.ViolationsAsync(pages.Browser));
            Assert.True(problems.Count == 0, $"{view}: {string.Join('\n', problems)}");
        }
        Assert.Empty(await pages.Browser.MessagesAsync());
        Assert.Equal([await TextAsync("return location.href")], await pages.Browser.RequestsAsync());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Tab_reaches_everything_and_shows_where_it_is(string name)
    {
        await pages.OpenAsync(name, new(Desktop));

        Assert.Empty(await PageAudit.UnreachableAsync(pages.Browser));
    }

    [Fact]
    public async Task Hostile_names_stay_text()
    {
        await pages.OpenAsync("hostile", new(Desktop));

        var made = await pages.Browser.RunAsync("return document.querySelectorAll('script, img, [onerror]').length");
        Assert.Equal(0, made!.GetValue<int>());
        Assert.Contains(
            "<script>alert(1)</script>", await TextAsync("return document.body.innerText"), StringComparison.Ordinal);
        // A dialog would have made one of these calls fail.
        Assert.Empty(await pages.Browser.MessagesAsync());
    }

    // Other pages of the same style, served beside the status page.
    [Theory]
    [InlineData("runbooks/")]
    [InlineData("runbooks/EtcdNoSpaceAlarm")]
    public async Task Runbooks_break_no_rule_of_accessibility(string path)
    {
        await pages.OpenAsync("dying-disk", Views[0]);
        var address = new Uri(new Uri(await TextAsync("return location.href")), path);
        foreach (var view in Views)
        {
            await pages.OpenAsync(address, view);

            Assert.Empty(await PageAudit.OverflowsAsync(pages.Browser));
            Assert.Empty(await PageAudit.ViolationsAsync(pages.Browser));
            Assert.Empty(await pages.Browser.MessagesAsync());
        }
    }

    private async Task<string> TextAsync(string script) => (await pages.Browser.RunAsync(script))!.GetValue<string>();
}
