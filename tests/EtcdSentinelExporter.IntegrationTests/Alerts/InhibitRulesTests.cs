using EtcdSentinelExporter.Host.Yaml;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Alerts;

/// <summary>What must be true of the inhibition rules on paper; <see cref="InhibitionTests"/> tries them.</summary>
public sealed class InhibitRulesTests
{
    [Fact]
    public void The_whole_configuration_holds_the_same_rules_as_the_fragment() =>
        Assert.Equal(
            InhibitRule.Of("inhibit.yaml").Select(rule => rule.ToString()),
            InhibitRule.Of("alertmanager.yaml").Select(rule => rule.ToString()));

    [Fact]
    public void The_rules_of_kube_prometheus_stack_stand_first_and_unchanged() =>
        Assert.Equal(
            [
                "severity = critical > severity =~ warning|info where namespace, alertname",
                "severity = warning > severity = info where namespace, alertname",
                "alertname = InfoInhibitor > severity = info where namespace",
                " > alertname = InfoInhibitor where ",
            ],
            InhibitRule.KubePrometheusStacks.Select(rule => rule.ToString()));

    [Fact]
    public void Only_critical_alerts_silence_others_and_only_in_their_own_cluster() =>
        Assert.All(InhibitRule.Ours, rule =>
        {
            Assert.Contains("severity = critical", rule.SourceMatchers, StringComparer.Ordinal);
            Assert.Contains("cluster", rule.Equal, StringComparer.Ordinal);
            Assert.NotEmpty(rule.Targets);
        });

    [Fact]
    public void No_cause_is_a_symptom_of_its_own_symptom()
    {
        var silences = InhibitRule.Ours.SelectMany(rule => rule.Targets.Select(target => (rule.Source, Target: target)))
            .ToLookup(pair => pair.Source, pair => pair.Target, StringComparer.Ordinal);

        foreach (var source in silences.Select(group => group.Key))
        {
            var reached = new HashSet<string>(StringComparer.Ordinal);
            var next = new Queue<string>(silences[source]);
            while (next.TryDequeue(out var name))
            {
                if (reached.Add(name))
                    silences[name].ToList().ForEach(next.Enqueue);
            }
            Assert.DoesNotContain(source, reached);
        }
    }

    // Names in small letters are etcd's own rules, which bring the same symptoms under another name.
    [Fact]
    public void Every_alert_of_ours_that_a_rule_names_exists()
    {
        var alerts = Directory.GetFiles(Path.Combine(Repo.Root, "rules"), "*.rules.yaml")
            .SelectMany(file => YamlText.Parse(File.ReadAllText(file)).At("groups").Items())
            .SelectMany(group => group.At("rules").Items())
            .Select(rule => rule.At("alert").Text())
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);

        Assert.Empty(InhibitRule.Ours.SelectMany(rule => rule.Targets.Append(rule.Source))
            .Where(name => !name.StartsWith("etcd", StringComparison.Ordinal))
            .Except(alerts, StringComparer.Ordinal));
    }
}
