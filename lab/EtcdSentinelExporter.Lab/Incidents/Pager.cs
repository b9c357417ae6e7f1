using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>A real Alertmanager with the shipped routes and inhibitions. Its receiver for pages is a webhook that counts
/// them.</summary>
internal sealed class Pager
{
    // A page of kubernetes-mixin, not one of ours.
    private const string Foreign = "KubeAPIErrorBudgetBurn";
    private readonly ConcurrentQueue<string> _pages = new();

    /// <summary>Host and port of Alertmanager.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Alert names of the pages so far, in order; several alerts of one group are one page.</summary>
    public ImmutableArray<string> Pages => [.. _pages.Where(name => name != Foreign)];

    public static async Task<Pager> StartAsync()
    {
        var pager = new Pager();
        var webhook = await LoopbackServer.StartAsync(pager.TakeAsync);
        var shipped = await File.ReadAllTextAsync(Path.Combine(Repo.Root, "rules/alertmanager/alertmanager.yaml"));
        var configuration = Path.Combine(TestRun.Folder, "alertmanager.yml");
        // Each "for" is shorter too.
        await File.WriteAllTextAsync(configuration, shipped
            .Replace("group_wait: 30s", "group_wait: 10s", StringComparison.Ordinal)
            .Replace("- name: page\n", $"- name: page\n  webhook_configs: [{{url: '{webhook.Urls.Single()}', "
                + "send_resolved: false}]\n", StringComparison.Ordinal));
        pager.Address = (await Alertmanager.StartAsync(configuration)).Address.Authority;
        return pager;
    }

    /// <summary>Says what is wrong with the pages.</summary>
    /// <param name="expected">Number of pages that the incident causes.</param>
    /// <param name="noise">Alerts that a slow machine may cause; pages of theirs may come on top.</param>
    public IEnumerable<string> Complaints(int expected, IEnumerable<string> noise)
    {
        var pages = Pages;
        var least = pages.Count(name => !noise.Contains(name, StringComparer.Ordinal));
        return expected >= least && expected <= pages.Length
            || (expected == 0 && least == 0)
            ? []
            : [$"pages: {Describe(pages)}, expected {expected}"];
    }

    public string Describe() => $"pages: {Describe(Pages)}";

    private static string Describe(ImmutableArray<string> pages) =>
        pages.IsEmpty ? "none" : $"{pages.Length} ({string.Join(", ", pages)})";

    private async Task TakeAsync(HttpContext http)
    {
        using var json = await JsonDocument.ParseAsync(http.Request.Body);
        _pages.Enqueue(json.RootElement.GetProperty("groupLabels").GetProperty("alertname").GetString()!);
    }
}
