using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>A real Alertmanager with the shipped routes and inhibitions. Its receiver for pages is a webhook that
/// counts them, as a pager does: one for each group, and another one when a resolved group fires again.</summary>
internal sealed class Pager
{
    // A page of kubernetes-mixin, not one of ours.
    private const string Foreign = "KubeAPIErrorBudgetBurn";
    private readonly Lock _lock = new();
    private readonly List<Notified> _pages = [];

    /// <summary>Host and port of Alertmanager.</summary>
    public string Address { get; private set; } = "";

    public static async Task<Pager> StartAsync()
    {
        var pager = new Pager();
        var webhook = await LoopbackServer.StartAsync(pager.TakeAsync);
        var shipped = await File.ReadAllTextAsync(Path.Combine(Repo.Root, "rules/alertmanager/alertmanager.yaml"));
        var configuration = Path.Combine(TestRun.Folder, "alertmanager.yml");
        // As short as the shortest "for" of the lab; a group that resolves is told as fast as one that fires.
        await File.WriteAllTextAsync(configuration, shipped
            .Replace("group_wait: 30s", "group_wait: 10s", StringComparison.Ordinal)
            .Replace("group_interval: 5m", "group_interval: 10s", StringComparison.Ordinal)
            .Replace("- name: page\n", $"- name: page\n  webhook_configs: [{{url: '{webhook.Urls.Single()}', "
                + "send_resolved: true}]\n", StringComparison.Ordinal));
        pager.Address = (await Alertmanager.StartAsync(configuration)).Address.Authority;
        return pager;
    }

    /// <summary>Says what is wrong with the pages.</summary>
    /// <param name="expected">Number of pages that the incident causes.</param>
    /// <param name="noise">Alerts that a slow machine may cause; pages of theirs may come on top.</param>
    public IEnumerable<string> Complaints(int expected, IEnumerable<string> noise)
    {
        var pages = Pages();
        var least = pages.Count(names => names.Except(noise).Count > 0);
        return least <= expected && expected <= pages.Length ? [] : [$"{Describe()}, expected {expected}"];
    }

    public string Describe() => Pages() is { Length: > 0 } pages
        ? $"pages: {pages.Length} ({string.Join("; ", pages.Select(names => string.Join(' ', names)))})"
        : "pages: none";

    private ImmutableArray<ImmutableSortedSet<string>> Pages()
    {
        lock (_lock)
            return [.. _pages.Select(page => page.Alerts).Where(names => !names.Contains(Foreign))];
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var json = await JsonDocument.ParseAsync(http.Request.Body);
        var group = json.RootElement.GetProperty("groupKey").GetString()!;
        var isFiring = json.RootElement.GetProperty("status").ValueEquals("firing");
        var names = json.RootElement.GetProperty("alerts").EnumerateArray()
            .Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!);
        lock (_lock)
            Notify(group, isFiring, [.. names]);
    }

    private void Notify(string group, bool isFiring, ImmutableSortedSet<string> alerts)
    {
        var open = _pages.FindIndex(page => page.IsOpen && page.Group == group);
        if (open >= 0)
            _pages[open] = new(group, isFiring, _pages[open].Alerts.Union(alerts));
        else if (isFiring)
            _pages.Add(new(group, true, alerts));
    }

    private sealed record Notified(string Group, bool IsOpen, ImmutableSortedSet<string> Alerts);
}
