using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Etcd.Members;
using Json.Schema;
using Xunit;

namespace EtcdSentinelExporter.Tests.Diagnosis;

public sealed partial class ReportFormatsTests
{
    private const string Hostile = "<script>alert(1)</script>|`$(reboot)`\u001b[31m\u202e[x](javascript:1)";

    private static readonly Lazy<JsonSchema> Schema = new(() =>
        JsonSchema.FromText(File.ReadAllText(Path.Combine(Repo.Root, "docs", "status.schema.json"))));

    private static Report Worst { get; } = SomeReports.Of(
        SomeMembers.Reading([.. Enumerable.Range(1, 64).Select(n => SomeReports.Member with
        {
            Endpoint = $"https://member-{n}.{new string('x', 100)}.example.org:2379",
            Identity = SomeReports.Member.Identity! with { MemberId = (ulong)n, Name = Hostile },
            Alarms = [new((ulong)n, MemberAlarms.NoSpace, IsActive: true), new((ulong)n, "CORRUPT", IsActive: true)],
        })]),
        certificates: SomeCertificates.Reading([.. Enumerable.Range(1, 1000).Select(n =>
            SomeCertificates.Leaf(n / 100.0, 365) with { Path = $"/etc/{n}/{Hostile}" })]));

    [Fact]
    public void The_JSON_is_what_its_schema_says() =>
        Assert.All((Report[])[SomeReports.Healthy, Worst, Of(Hostile)], report =>
        {
            using var json = JsonDocument.Parse(ReportJson.Write(report));
            var result = Schema.Value.Evaluate(
                json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
            Assert.True(result.IsValid, string.Join('\n', (result.Details ?? [])
                .Where(detail => detail.Errors is not null)
                .SelectMany(detail => detail.Errors!, (detail, e) => $"{detail.InstanceLocation}: {e.Value}")));
        });

    [Fact]
    public void The_schema_allows_additions_and_has_all_words()
    {
        using var schema = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repo.Root, "docs", "status.schema.json")));
        var words = schema.RootElement.GetProperty("properties").GetProperty("status").GetProperty("enum");

        Assert.Equal(Report.StatusWords, words.EnumerateArray().Select(word => word.GetString()!));
        Assert.DoesNotContain("additionalProperties", schema.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_names_every_column()
    {
        using var schema = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repo.Root, "docs", "status.schema.json")));
        var tables = schema.RootElement.GetProperty("properties").GetProperty("tables").GetProperty("properties");

        Assert.Equal(
            SomeReports.Healthy.Tables.SelectMany(table => table.Columns, (table, column) => $"{table.Key}.{column.Key}")
                .Order(StringComparer.Ordinal),
            tables.EnumerateObject().SelectMany(
                table => table.Value.GetProperty("items").GetProperty("properties").EnumerateObject(),
                (table, column) => $"{table.Name}.{column.Name}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_stays_below_50_kB_whatever_it_shows()
    {
        Assert.InRange(Encoding.UTF8.GetByteCount(ReportHtml.Write(Worst)), 10_000, 50_000);
        Assert.InRange(Encoding.UTF8.GetByteCount(ReportHtml.Write(SomeReports.Healthy)), 1000, 20_000);
    }

    [Fact]
    public void Hostile_names_stay_text_in_every_form()
    {
        var report = Of(Hostile);
        string[] texts =
        [
            ReportHtml.Write(report), ReportText.Write(report, item => item.Runbook), ReportMarkdown.Write(report),
            Encoding.UTF8.GetString(ReportJson.Write(report)),
        ];

        Assert.Contains("&lt;script&gt;", texts[0], StringComparison.Ordinal);
        Assert.DoesNotContain("<script", texts[0], StringComparison.Ordinal);
        Assert.DoesNotContain("style=", texts[0], StringComparison.Ordinal);
        Assert.DoesNotContain(" <script", texts[2], StringComparison.Ordinal);
        Assert.All(texts, text => Assert.DoesNotMatch("[\u001b\u202e]", text));
    }

    [Fact]
    public void The_page_is_made_for_screen_readers()
    {
        var html = ReportHtml.Write(SomeReports.Healthy);

        Assert.Single(H1().Matches(html));
        Assert.Contains("role=\"status\">Ok: ", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<th>", html, StringComparison.Ordinal);
        Assert.Contains("<meter max=\"1\" low=\".8\" high=\".95\" optimum=\"0\" value=\"0.1\" aria-hidden=\"true\">"
            + "</meter> 10 %", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void Text_fits_its_terminal_except_for_commands(int width)
    {
        var lines = ReportText.Write(Of("cp-1"), item => item.Runbook, width).Split('\n');

        Assert.All(lines.Where(line => !line.StartsWith("  $ ", StringComparison.Ordinal)),
            line => Assert.InRange(line.Length, 0, width));
        Assert.Contains(lines, line => line.StartsWith("CRITICAL:", StringComparison.Ordinal));
    }

    [Fact]
    public void Tables_have_the_borders_of_etcdctl()
    {
        var text = ReportText.Write(SomeReports.Healthy, item => item.Runbook, 200);

        Assert.Contains("| https://127.0.0.1:2379 | cp-1   | a1 | up    | 3.6.14  | leader |", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_come_only_if_wanted()
    {
        using var plain = new StringWriter();
        using var coloured = new StringWriter();
        ReportText.Write(SomeReports.Healthy, item => item.Runbook, ReportText.Console(plain, 80, hasColours: false));
        ReportText.Write(SomeReports.Healthy, item => item.Runbook, ReportText.Console(coloured, 80, hasColours: true));

        Assert.DoesNotContain('\u001b', plain.ToString());
        Assert.Contains("\u001b[1;32m", coloured.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_has_a_title_findings_and_tables()
    {
        var text = ReportMarkdown.Write(Of("cp-1"));

        Assert.StartsWith("# critical: ", text, StringComparison.Ordinal);
        Assert.Contains("- **critical** EtcdNoSpaceAlarm\n  - cp-1 (https://127.0.0.1:2379): The NOSPACE alarm of member ",
            text, StringComparison.Ordinal);
        Assert.Contains("\n## Databases\n\n| Endpoint | DB size |", text, StringComparison.Ordinal);
    }

    // Two members with one fault are one problem: its next step and its runbook stand there once.
    [Fact]
    public void Findings_with_one_next_step_are_shown_as_one()
    {
        var first = SomeReports.Member with { Peers = SomeReports.Member.Peers! with { Unstarted = 1 } };
        var report = SomeReports.Of(first, first with
        {
            Endpoint = "https://10.0.0.12:2379",
            Identity = first.Identity! with { Name = "cp-2", MemberId = 0xa2 },
        });
        string[] texts =
            [ReportText.Write(report, item => item.Runbook, 200), ReportHtml.Write(report), ReportMarkdown.Write(report)];

        Assert.Equal(2, report.Findings.Length);
        Assert.Equal("cp-2 (https://10.0.0.12:2379): A member was added but has never joined.", report.Verdict);
        Assert.All(texts, text => Assert.Single(NextStep().Matches(text)));
        Assert.All(texts, text => Assert.Contains("cp-1 (https://127.0.0.1:2379): A member was", text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_that_never_answered_is_named_by_another()
    {
        var peers = new MemberPeers(2, 0, 0, SomeReports.Member.Peers!.NamesById.Add(0xa2, "cp-2"))
        {
            EndpointsById = System.Collections.Immutable.ImmutableSortedDictionary<ulong, EtcdEndpoint>.Empty
                .Add(0xa2, EtcdEndpoint.Parse("https://10.0.0.12:2379")),
        };
        var report = SomeReports.Of(SomeReports.Member with { Peers = peers }, new MemberReading
        {
            Endpoint = "https://10.0.0.12:2379",
            Failure = new("unreachable", "Connection refused"),
        });

        var finding = Assert.Single(report.Findings, item => item.Finding.Code == "EtcdMemberUnreachable");
        Assert.Equal("cp-2 (https://10.0.0.12:2379)", finding.ShownSubject);
        Assert.Equal("ssh 10.0.0.12 etcd-sentinel-exporter check", finding.Command);
    }

    private static Report Of(string name) => SomeReports.Of(
        SomeMembers.Reading(SomeReports.Member with
        {
            Identity = SomeReports.Member.Identity! with { Name = name },
            Alarms = [new(0xa1, MemberAlarms.NoSpace, IsActive: true)],
        }),
        certificates: SomeCertificates.Reading(SomeCertificates.Leaf(2, 365) with
        {
            Name = name,
            Path = $"/etc/{name}",
            IssuedBy = (name, false),
        }));

    [GeneratedRegex("Next: Start etcd there")]
    private static partial Regex NextStep();

    [GeneratedRegex("<h1>")]
    private static partial Regex H1();
}
