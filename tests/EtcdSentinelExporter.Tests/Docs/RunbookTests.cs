using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

public sealed partial class RunbookTests
{
    private static readonly HashSet<string> Names = [.. RunbookFile.All.Select(page => page.Name)];

    public static TheoryData<string> OfAlerts { get; } =
        [.. RunbookFile.All.Where(page => page.IsOfAlert).Select(page => page.Name)];

    public static TheoryData<string> All { get; } = [.. RunbookFile.All.Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(OfAlerts))]
    public void The_page_of_an_alert_has_its_four_parts_in_order(string name) =>
        Assert.Equal(["Meaning", "Impact", "Diagnosis", "Mitigation"], Read(name).Headings);

    [Theory]
    [MemberData(nameof(OfAlerts))]
    public void The_first_commands_need_no_API_server(string name)
    {
        var first = Read(name).CodeBlocks.FirstOrDefault() ?? "";

        Assert.NotEqual("", first.Trim());
        Assert.DoesNotMatch(@"\b(kubectl|oc|helm)\b", first);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_page_has_its_name_as_title_or_a_title_of_its_own(string name)
    {
        var page = Read(name);
        var title = page.Text.Split('\n')[0];

        Assert.StartsWith("# ", title, StringComparison.Ordinal);
        Assert.Equal(page.IsOfAlert, title == $"# {name}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Links_lead_to_pages_that_are_served_beside_it(string name) =>
        Assert.All(Read(name).Links, link => Assert.Contains(link, Names.Select(one => one + ".md")));

    [Theory]
    [MemberData(nameof(All))]
    public void Lines_end_as_they_should(string name)
    {
        var text = Read(name).Text;

        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"[ \t\r]\n|\t", text);
        Assert.All(text.Split('\n').Where(line => !line.StartsWith('|')), line => Assert.InRange(line.Length, 0, 130));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Code_says_what_it_is_and_whether_the_lab_runs_it(string name) =>
        Assert.All(Read(name).CodeKinds, kind =>
            Assert.Contains(kind, (string[])["sh", "sh lab", "sh lab change", "sh lab change other"]));

    // In a pod it listens on the node's address alone, and crictl looks for names of containers, not of pods.
    [Fact]
    public void The_exporter_is_asked_where_it_listens_and_looked_for_by_the_name_that_its_container_has()
    {
        var text = string.Concat(RunbookFile.All.Select(page => page.Text));
        var own = CrictlName().Matches(text).Select(match => match.Groups[1].Value)
            .Where(name => !name.StartsWith("etcd", StringComparison.Ordinal)
                && !name.StartsWith("kube-", StringComparison.Ordinal));

        Assert.DoesNotContain("127.0.0.1:10379", text, StringComparison.Ordinal);
        var name = Assert.Single(own.Distinct(StringComparer.Ordinal));
        Assert.All(["base/daemonset.yaml", "overlays/static-pod/pod.yaml"], (string file) => Assert.Matches(
            $@"(?m)^ *(- )?name: {name}$", File.ReadAllText(Path.Combine(Repo.Root, "deploy", file))));
    }

    // A command that fails has emptied the file already when its output goes straight there.
    [Theory]
    [MemberData(nameof(All))]
    public void No_command_writes_straight_over_a_file_that_is_in_use(string name) =>
        Assert.All(Read(name).CodeBlocks,
            code => Assert.DoesNotMatch(@"[^>]> ?/etc/kubernetes/\S*\.(conf|yaml)(\s|$)", code));

    [Fact]
    public void Every_finding_has_a_page()
    {
        var codes = Directory.GetFiles(Path.Combine(Repo.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => FindingCode().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Contains("EtcdNoSpaceAlarm", codes);
        Assert.Contains("CAExpiringSoon", codes);
        Assert.Contains("DiskWornOut", codes);
        Assert.Empty(codes.Except(Names, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_alert_has_a_page()
    {
        var rules = Path.Combine(Repo.Root, "rules");
        var alerts = Directory.Exists(rules)
            ? Directory.GetFiles(rules, "*.rules.yaml").SelectMany(file => Alert().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)
            : [];

        Assert.Empty(alerts.Except(Names, StringComparer.Ordinal));
    }

    private static RunbookFile Read(string name) => RunbookFile.All.Single(page => page.Name == name);

    // Codes are written out in full, as names of alerts are: so they can be found by their first word.
    [GeneratedRegex(@"(?<!=)""((?:Etcd(?!SentinelExporter)|Disk|Certificate|CA|Leaf|Served|Component|Sentinel|ControlPlane|Apiserver)[A-Z]\w+)""")]
    private static partial Regex FindingCode();

    // Without variables, which stand for names of the control plane's own containers.
    [GeneratedRegex(@"crictl ps [^|\n]*--name ['""]?\^?([a-z][a-z-]*)")]
    private static partial Regex CrictlName();

    [GeneratedRegex(@"^\s*- alert: ([A-Za-z]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Alert();
}
