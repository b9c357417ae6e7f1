using System.Text.RegularExpressions;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>What an alert and its page say of labels and of the program is what these have.</summary>
public sealed partial class RunbookFactsTests
{
    private static readonly string[] Commands =
    [
        "serve", CheckCommand.Name, SmartAgentCommand.Name, DrivesCommand.Name, DefragmentCommand.Name,
        RecoverCommand.Name,
    ];

    [Fact]
    public void No_alert_and_no_runbook_names_a_command_that_the_program_does_not_have() => Assert.Equal([],
        from page in RuleFiles.Alerts.SelectMany(alert => alert.Annotations.Values)
            .Concat(Directory.GetFiles(Path.Combine(Repo.Root, "docs/runbooks"), "*.md").Select(File.ReadAllText))
        from Match command in Command().Matches(page)
        where !Commands.Contains(command.Groups[1].Value, StringComparer.Ordinal)
        select command.Value);

    // Somebody compares the label of the alert with the page, letter by letter.
    [Fact]
    public void A_page_names_each_reason_and_state_that_its_alert_fires_for()
    {
        var asked =
            (from alert in RuleFiles.Alerts
             from Match selector in Values().Matches(alert.Expression)
             from value in selector.Groups[1].Value.Split('|')
             select (alert.Name, Value: value)).Distinct().ToArray();

        Assert.True(asked.Length > 10);
        Assert.Equal([],
            from one in asked
            let page = RunbookFile.All.Single(page => page.Name == one.Name)
            where !page.Text.Contains($"`{one.Value}`", StringComparison.Ordinal)
            select $"{one.Name}: {one.Value}");
    }

    // Inside RKE2's container there is no /var/lib/etcd, and k3s has no manifest: "the rest is the same" would
    // be false.
    [Fact]
    public void A_page_with_paths_of_kubeadm_says_where_those_of_others_are() => Assert.Equal([],
        from page in RunbookFile.All
        where page.Text.Contains("the rest is the same", StringComparison.Ordinal)
            && (page.Text.Contains("/var/lib/etcd", StringComparison.Ordinal)
                || page.Text.Contains("etcd.yaml", StringComparison.Ordinal))
            && !page.Text.Contains("from the table there", StringComparison.Ordinal)
        select page.Name);

    [GeneratedRegex(@"\betcd-sentinel-exporter ([a-z][a-z-]+)")]
    private static partial Regex Command();

    [GeneratedRegex(@"\b(?:reason|state)=~""([a-z_|]+)""")]
    private static partial Regex Values();
}
