using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>The alerts that fire now, and all that fired.</summary>
internal sealed class AlertWatch(Prometheus prometheus)
{
    private const int Width = 118;
    private static readonly string[] s_annotations = ["summary", "description", "runbook_url", "runbook_local"];
    private static readonly string[] s_unshown = ["alertname", "severity", "cluster_id", "job"];

    // Insertion order is that of time; a later look replaces the annotations.
    private readonly OrderedDictionary<string, (int At, FiringAlert Alert)> _fired = new(StringComparer.Ordinal);

    public ImmutableArray<FiringAlert> Firing { get; private set; } = [];

    public IEnumerable<FiringAlert> Fired => _fired.Values.Select(one => one.Alert);

    /// <summary>Names of all that fired.</summary>
    public IEnumerable<string> Names => Fired.Select(alert => alert.Name).Distinct().Order(StringComparer.Ordinal);

    /// <param name="at">Seconds since the incident began; below zero before.</param>
    public async Task LookAsync(int at)
    {
        try
        {
            Firing = await prometheus.GetAlertsAsync();
        }
        catch (HttpRequestException)
        {
            return;
        }
        foreach (var alert in Firing)
            _fired[alert.Key] = (_fired.TryGetValue(alert.Key, out var before) ? before.At : at, alert);
    }

    public int CountFired(string name) => Fired.Count(alert => alert.Name == name);

    public int CountFiring(string name) => Firing.Count(alert => alert.Name == name);

    /// <summary>True if an annotation of such an alert matches.</summary>
    public bool Said(string name, string regex) => Fired.Where(alert => alert.Name == name)
        .SelectMany(alert => alert.Annotations.Values)
        .Any(text => Regex.IsMatch(text, regex, RegexOptions.None, TimeSpan.FromSeconds(10)));

    /// <summary>Each alert once, in the order in which they fired, with the annotations that it had last.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (var (at, alert) in _fired.Values)
        {
            var labels = alert.Labels.Where(one => !s_unshown.Contains(one.Key, StringComparer.Ordinal))
                .OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}");
            var when = at < 0 ? "before" : string.Create(CultureInfo.InvariantCulture, $"+{at} s");
            Wrap(text, $"{when,-7}  {alert.Name} ({alert.Labels["severity"]})  {string.Join(' ', labels)}");
            foreach (var name in s_annotations.Where(alert.Annotations.ContainsKey))
                Wrap(text, $"         {name}: {alert.Annotations[name]}");
        }
        return text.ToString();
    }

    private static void Wrap(StringBuilder text, string line)
    {
        while (line.Length > Width && line.LastIndexOf(' ', Width - 1) is > 9 and var end)
        {
            text.Append(line, 0, end).Append('\n');
            line = $"         {line[(end + 1)..]}";
        }
        text.Append(line).Append('\n');
    }
}
