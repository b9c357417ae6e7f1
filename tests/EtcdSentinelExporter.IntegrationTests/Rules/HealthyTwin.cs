using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>A healthy cluster with the addresses, names, IDs and serial numbers of another one: only the label
/// <c>cluster</c> differs.</summary>
/// <param name="step">Seconds between samples.</param>
/// <param name="samples">Samples of each series.</param>
internal sealed partial class HealthyTwin(IEnumerable<string> series, int step, int samples)
{
    public const string Name = "twin";

    private readonly ImmutableArray<Series> _sick = [.. series.Select(Parse)];

    /// <summary>Its series in promtool's notation.</summary>
    public IEnumerable<(string Series, string Values)> All() =>
        _sick.SelectMany(Healthy).DistinctBy(one => one.Series, StringComparer.Ordinal);

    private IEnumerable<(string Series, string Values)> Healthy(Series one) => one.Name switch
    {
        "etcd_sentinel_member_info" => Member(one),
        "etcd_sentinel_certificate_info" => [Write(one.With("sha256", "aa"))],
        "etcd_sentinel_disk_role_info" when one["role"] is not ("etcd_data" or "etcd_wal") => [],
        "etcd_sentinel_disk_read_state" when one["state"] is not "ok" => [],
        "etcd_sentinel_data_dir_state" when one["state"] is not "ok" => [],
        "etcd_sentinel_cluster_members" => [Write(one, one["role"] is "voter" ? Voters(one) : "0")],
        "etcd_sentinel_backup_expected" => [Write(one, Has("etcd_sentinel_backup_newest_timestamp_seconds") ? "1" : "0")],
        // A node without an exporter is what a test is about.
        "kube_node_role" when !_sick.Any(other => other.Name is "etcd_sentinel_build_info" && other["node"] == one["node"]) => [],
        _ when HealthyValues.Of(one.Name).Length == 0 => [],
        _ when one["le"].Length > 0 => [Write(one), Write(one.With("le", "0.001"))],
        _ => [Write(one)],
    };

    // One for each endpoint, of one version, and with a page of its own.
    private IEnumerable<(string, string)> Member(Series one)
    {
        var same = _sick.Where(other => other.Name == one.Name && IsOfSameEndpoint(other, one)).ToArray();
        if (one != (same.FirstOrDefault(other => other["cluster_id"].Length > 0) ?? same[0]))
            yield break;
        yield return Write(one.With("version", "3.5.16"));
        yield return Write(new(
            "etcd_server_id", $"job=\"kube-etcd\",instance=\"{one["instance"]}-page\",server_id=\"{one["member_id"]}\""));
    }

    // Three if two are seen: with two voters a cluster is fragile.
    private string Voters(Series one)
    {
        var members = _sick.Where(other => other.Name is "etcd_sentinel_member_info").ToArray();
        var cluster = members.FirstOrDefault(other => IsOfSameEndpoint(other, one))?["cluster_id"];
        var count = members.Where(other => other["cluster_id"] == cluster)
            .Select(other => other["member_id"]).Distinct(StringComparer.Ordinal).Count();
        return (count == 2 ? 3 : count).ToString(CultureInfo.InvariantCulture);
    }

    private bool Has(string name) => _sick.Any(one => one.Name == name);

    private static bool IsOfSameEndpoint(Series one, Series other) =>
        one["instance"] == other["instance"] && one["etcd_endpoint"] == other["etcd_endpoint"];

    private (string, string) Write(Series one) => Write(one, HealthyValues.Of(one.Name));

    private (string, string) Write(Series one, string value) => (
        $"{one.Name}{{{one.With("cluster", Name).Labels}}}",
        value[0] is '+'
            ? string.Create(CultureInfo.InvariantCulture, $"0+{double.Parse(value, CultureInfo.InvariantCulture) * step}x{samples}")
            : $"{value}x{samples}");

    private static Series Parse(string text)
    {
        var brace = text.IndexOf('{', StringComparison.Ordinal);
        return brace < 0 ? new(text, "") : new(text[..brace], text[(brace + 1)..text.LastIndexOf('}')]);
    }

    private sealed partial record Series(string Name, string Labels)
    {
        /// <summary>Value of a label; empty if it has none.</summary>
        public string this[string label] => Label().Matches(Labels)
            .FirstOrDefault(one => one.Groups["name"].Value == label)?.Groups["value"].Value ?? "";

        public Series With(string label, string value) => this with
        {
            Labels = string.Join(',', Label().Matches(Labels).Where(one => one.Groups["name"].Value != label)
                .Select(one => one.Value).Append($"{label}=\"{value}\"")),
        };

        [GeneratedRegex("""(?<name>\w+)\s*=\s*"(?<value>(?:[^"\\]|\\.)*)["]""")]
        private static partial Regex Label();
    }
}
