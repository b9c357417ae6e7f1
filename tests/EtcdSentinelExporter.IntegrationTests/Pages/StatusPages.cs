using System.Collections.Concurrent;
using EtcdSentinelExporter.IntegrationTests.Support;
using EtcdSentinelExporter.Lab.Browsing;
using EtcdSentinelExporter.Tests.Web;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Pages;

/// <summary>One browser for all tests of pages, and the status page of each incident. A page is made once, and is
/// served until the tests end.</summary>
public sealed class StatusPages : IAsyncLifetime
{
    public const string Name = "status pages";

    private readonly ConcurrentDictionary<string, Uri> _addresses = new(StringComparer.Ordinal);
    private readonly Stack<IAsyncDisposable> _owned = new();
    private Browser? _browser;

    internal Browser Browser => _browser ?? throw new InvalidOperationException("there is no browser");

    public async ValueTask InitializeAsync()
    {
        if (Browser.Obstacle is null)
            _browser = await Browser.StartAsync();
    }

    /// <summary>Opens the status page of a case.</summary>
    internal async Task OpenAsync(string name, BrowserView view)
    {
        Skip.If(Browser.Obstacle);
        if (!_addresses.TryGetValue(name, out var address))
            address = _addresses[name] = await StartAsync(name);
        await OpenAsync(address, view);
    }

    /// <summary>Opens a page, and forgets what was logged before.</summary>
    internal async Task OpenAsync(Uri address, BrowserView view)
    {
        await Browser.ImitateAsync(view);
        await Browser.MessagesAsync();
        await Browser.RequestsAsync();
        await Browser.OpenAsync(address);
    }

    /// <summary>Keeps something until the tests end.</summary>
    internal T Own<T>(T one) where T : IAsyncDisposable
    {
        _owned.Push(one);
        return one;
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var one))
            await one.DisposeAsync();
        if (_browser is not null)
            await _browser.DisposeAsync();
    }

    private async Task<Uri> StartAsync(string name)
    {
        var page = PageCase.All[name];
        return page.Report is { } report
            ? Own(await RunningSite.StartAsync(status: () => report)).Address
            : (await page.StartAsync!(this)).Address;
    }
}

[CollectionDefinition(StatusPages.Name)]
public sealed class StatusPagesGroup : ICollectionFixture<StatusPages>;
