using System.Net;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class RunbookPagesTests
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    [Fact]
    public void Every_page_of_the_repository_is_inside_the_program()
    {
        Assert.Equal(RunbookFile.All.Select(page => page.Name), Runbooks.Names);
        Assert.All(RunbookFile.All, page => Assert.Equal(Unmarked(page), Runbooks.Read(page.Name)));
    }

    // "sh lab" is what the lab's tests look for; whoever reads the page in a terminal wonders what it means.
    [Fact]
    public void No_page_shows_a_mark_for_the_lab() => Assert.All(Runbooks.Names, name => Assert.All(
        Runbooks.Read(name).Split('\n').Where(line => line.StartsWith("```", StringComparison.Ordinal)),
        line => Assert.Contains(line, (string[])["```", "```sh"])));

    [Theory]
    [InlineData("*/*")]
    [InlineData("text/plain")]
    [InlineData("text/html;q=0")]
    [InlineData("")]
    public async Task Curl_gets_the_page_as_it_was_written_without_the_marks_for_the_lab(string accept)
    {
        await using var site = await RunningSite.StartAsync();

        using var response = await site.SendAsync(HttpMethod.Get, "/runbooks/EtcdNoSpaceAlarm", ("Accept", accept));

        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            Unmarked(RunbookFile.All.Single(page => page.Name == "EtcdNoSpaceAlarm")),
            await response.Content.ReadAsStringAsync());
        Assert.Equal("Accept", Assert.Single(response.Headers.Vary));
    }

    [Fact]
    public async Task A_browser_gets_HTML_whose_links_work()
    {
        await using var site = await RunningSite.StartAsync();

        using var response = await site.SendAsync(HttpMethod.Get, "/runbooks/EtcdNoSpaceAlarm", ("Accept", Browser));
        var html = await response.Content.ReadAsStringAsync();
        using var next = await site.SendAsync(HttpMethod.Get, "/runbooks/reaching-etcd", ("Accept", Browser));

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<h1>EtcdNoSpaceAlarm</h1>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"reaching-etcd\">", html, StringComparison.Ordinal);
        Assert.Contains("e alarm disarm", html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-",
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_is_served_in_each_form_that_its_path_promises()
    {
        await using var site = await RunningSite.StartAsync();

        foreach (var name in Runbooks.Names)
        {
            using var html = await site.SendAsync(HttpMethod.Get, $"/runbooks/{name}", ("Accept", Browser));
            using var text = await site.SendAsync(HttpMethod.Get, $"/runbooks/{name}.md", ("Accept", Browser));

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (html.StatusCode, text.StatusCode));
            Assert.Equal("text/plain", text.Content.Headers.ContentType!.MediaType);
        }
    }

    [Theory]
    [InlineData(Browser, "<a href=\"/runbooks/EtcdNoSpaceAlarm\">")]
    [InlineData("*/*", "\n/runbooks/EtcdNoSpaceAlarm\n")]
    public async Task The_list_names_every_page(string accept, string line)
    {
        await using var site = await RunningSite.StartAsync();

        using var response = await site.SendAsync(HttpMethod.Get, "/runbooks/", ("Accept", accept));

        var list = await response.Content.ReadAsStringAsync();
        Assert.Contains(line, list, StringComparison.Ordinal);
        Assert.All(Runbooks.Names, name => Assert.Contains($"/runbooks/{name}", list, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/runbooks/EtcdEverythingIsFine")]
    [InlineData("/runbooks/etcdnospacealarm")]
    [InlineData("/runbooks/EtcdNoSpaceAlarm/")]
    [InlineData("/runbooks//EtcdNoSpaceAlarm")]
    [InlineData("/runbooks/..%2f..%2fetc%2fpasswd")]
    [InlineData("/runbooks/%2e%2e%2fEtcdNoSpaceAlarm")]
    [InlineData("/runbooks/<script>alert(1)</script>")]
    public async Task An_unknown_name_is_404_with_the_list_and_nothing_of_the_request(string path)
    {
        await using var site = await RunningSite.StartAsync();

        var answer = await site.RawAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
        Assert.Contains("/runbooks/EtcdNoSpaceAlarm\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("passwd", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/runbooks/EtcdNoSpaceAlarm%00")]
    [InlineData("/runbooks/../../etc/passwd")]
    [InlineData("/runbooksEtcdNoSpaceAlarm")]
    public async Task A_path_that_leads_elsewhere_is_refused_without_the_list(string path)
    {
        await using var site = await RunningSite.StartAsync();

        var answer = await site.RawAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 40[04] ", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("/runbooks/EtcdCorruptAlarm", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_very_long_name_ends_at_the_limit_of_the_request_line()
    {
        await using var site = await RunningSite.StartAsync();

        var answer = await site.RawAsync(
            $"GET /runbooks/{new string('A', 5000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 414 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_gives_the_length_and_no_body()
    {
        await using var site = await RunningSite.StartAsync();
        var length = (await site.Client.GetByteArrayAsync(new Uri(site.Address, "/runbooks/DiskHung"))).Length;

        var answer = await site.RawAsync("HEAD /runbooks/DiskHung HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.Contains($"Content-Length: {length}\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_last_slash_one_is_sent_on()
    {
        await using var site = await RunningSite.StartAsync();

        var answer = await site.RawAsync("GET /runbooks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 308 ", answer, StringComparison.Ordinal);
        Assert.Contains("Location: /runbooks/\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_page_leads_there()
    {
        await using var site = await RunningSite.StartAsync();

        using var page = await site.SendAsync(HttpMethod.Get, "/", ("Accept", "text/html"));

        Assert.Contains(
            "<a href=\"/runbooks/\">", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void HTML_inside_a_page_is_text_and_other_sites_stay_as_they_are()
    {
        var html = RunbookHtml.Of("# <script>x</script>\n\n[a](B.md) [c](https://example.com/d.md) `<i>`\n");

        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"B\">a</a>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://example.com/d.md\">c</a>", html, StringComparison.Ordinal);
        Assert.Contains("<code>&lt;i&gt;</code>", html, StringComparison.Ordinal);
    }

    private static string Unmarked(RunbookFile page) => new[] { " lab change other", " lab change", " lab" }.Aggregate(
        page.Text, (text, mark) => text.Replace($"```sh{mark}\n", "```sh\n", StringComparison.Ordinal));
}
