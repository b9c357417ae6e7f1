using System.Diagnostics;
using System.Globalization;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>Lets the kernel drop all packets from and to a port of loopback, with nftables.</summary>
/// <remarks>The table belongs to the running nft, and disappears with it, however this process ends.</remarks>
internal sealed class PacketFilter : ILossyNetwork
{
    private readonly string _nft;
    private readonly string _table = $"inet etcd-sentinel-{Guid.NewGuid():N}";
    private readonly Process _owner;

    private PacketFilter(string nft, int port)
    {
        (_nft, Port) = (nft, port);
        var start = CleanProcess.Clean("setpriv", ["--pdeathsig", "KILL", "--", nft, "-i"]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _owner = Process.Start(start) ?? throw new InvalidOperationException($"{nft} did not start");
    }

    public int Port { get; }

    /// <returns><see langword="null"/> if nft is missing, or if this user or kernel cannot filter packets.</returns>
    public static async Task<PacketFilter?> TryStartAsync(int port)
    {
        if (Tools.TryFind("nft") is not { } nft || await CleanProcess.TryRunAsync(nft, ["list", "ruleset"]) is not (0, _))
            return null;
        PacketFilter filter = new(nft, port);
        await filter.TellAsync($$"""
            table {{filter._table}} { flags owner; chain input { type filter hook input priority 0; }; }
            """);
        if (await Wait.BecomesTrueAsync(() => filter.ShowsAsync("chain input"), Pause, Patience.Limit))
            return filter;
        await filter.DisposeAsync();
        return null;
    }

    public async Task LoseAsync(bool everything)
    {
        foreach (var field in everything ? (string[])["dport", "sport"] : [])
            await TellAsync(string.Create(CultureInfo.InvariantCulture, $"add rule {_table} input tcp {field} {Port} drop"));
        if (!everything)
            await TellAsync($"flush chain {_table} input");
        await Wait.UntilAsync(
            async () => await ShowsAsync($"sport {Port.ToString(CultureInfo.InvariantCulture)} drop") == everything,
            "the packet filter has changed");
    }

    public async ValueTask DisposeAsync()
    {
        _owner.Kill();
        await _owner.WaitForExitAsync();
        _owner.Dispose();
    }

    private static TimeSpan Pause => TimeSpan.FromMilliseconds(50);

    private async Task TellAsync(string line)
    {
        await _owner.StandardInput.WriteLineAsync(line);
        await _owner.StandardInput.FlushAsync();
    }

    private async Task<bool> ShowsAsync(string text) =>
        (await CleanProcess.TryRunAsync(_nft, ["list", "table", .. _table.Split(' ')])).Output
            .Contains(text, StringComparison.Ordinal);
}
