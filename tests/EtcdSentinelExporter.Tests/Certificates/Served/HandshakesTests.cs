using System.Collections.Immutable;
using System.Net.Sockets;
using System.Security.Cryptography;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Served;

public sealed class HandshakesTests
{
    private readonly FakeClock _clock = new();
    private int _dials;
    private CertificateFacts _serves = SomeCertificates.Facts;

    [Fact]
    public async Task A_listener_is_dialled_every_five_minutes()
    {
        var first = await ReadAsync([], SomeCertificates.File);
        _clock.Advance(TimeSpan.FromMinutes(4));
        var second = await ReadAsync(first, SomeCertificates.File);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await ReadAsync(second, SomeCertificates.File);

        Assert.Equal(2, _dials);
        Assert.True(first[0].MatchesFile);
    }

    [Fact]
    public async Task A_renewal_is_seen_in_the_next_poll_and_gone_as_soon_as_it_is_served()
    {
        var renewed = SomeCertificates.File with { Certificates = [new("leaf", 0, SomeCertificates.Facts with { Sha256 = new('b', 64) })] };
        var before = await ReadAsync([], SomeCertificates.File);

        var under = await ReadAsync(before, renewed);
        var still = await ReadAsync(under, renewed);
        _serves = SomeCertificates.Facts with { Sha256 = new('b', 64) };
        var taken = await ReadAsync(still, renewed);

        Assert.Equal(
            [true, false, false, true], new[] { before, under, still, taken }.Select(one => one[0].MatchesFile));
        Assert.Equal(4, _dials);
    }

    [Fact]
    public async Task A_file_that_was_renewed_and_taken_at_once_never_looks_stale()
    {
        var before = await ReadAsync([], SomeCertificates.File);
        _serves = SomeCertificates.Facts with { Sha256 = new('b', 64) };

        var after = await ReadAsync(before, SomeCertificates.File with { Certificates = [new("leaf", 0, _serves)] });

        Assert.True(after[0].MatchesFile);
    }

    [Fact]
    public async Task Without_a_file_to_compare_with_nothing_is_said_about_it()
    {
        var served = await ReadAsync([]);

        Assert.Equal((null, null), (served[0].File, served[0].MatchesFile));
        Assert.NotNull(served[0].Leaf);
    }

    [Fact]
    public async Task A_silent_listener_costs_its_deadline_and_no_other_listener()
    {
        var handshakes = new Handshakes(
            async (listener, token) =>
            {
                if (listener.Port == 1)
                    await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
                return listener.Port == 2 ? throw new SocketException((int)SocketError.ConnectionRefused) : SomeCertificates.Facts;
            },
            TimeSpan.FromSeconds(3), _clock);
        var reading = handshakes.ReadAsync(
            [SomeCertificates.Listener with { Port = 1 }, SomeCertificates.Listener with { Port = 2 }, SomeCertificates.Listener], [], [],
            CancellationToken.None);

        await _clock.TimerAsync(_clock.GetUtcNow().AddSeconds(3));
        _clock.Advance(TimeSpan.FromSeconds(3));
        var served = await reading;

        Assert.Equal([false, false, true], served.Select(one => one.Leaf is not null));
        Assert.Contains("within 3 s", served[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_breaks_what_reads_it_costs_no_other_listener()
    {
        var served = await new Handshakes(
            (listener, _) =>
                listener.Port == 1 ? throw new CryptographicException("month 13") : Task.FromResult(SomeCertificates.Facts),
            Patience.Limit, _clock)
            .ReadAsync([SomeCertificates.Listener with { Port = 1 }, SomeCertificates.Listener], [], [], CancellationToken.None);

        Assert.Equal([false, true], served.Select(one => one.Leaf is not null));
        Assert.Contains("month 13", served[0].Problem, StringComparison.Ordinal);
    }

    private Task<ImmutableArray<ServedReading>> ReadAsync(
        ImmutableArray<ServedReading> previous, params FileReading[] files) =>
        new Handshakes((_, _) =>
        {
            _dials++;
            return Task.FromResult(_serves);
        }, Patience.Limit, _clock).ReadAsync([SomeCertificates.Listener], previous, [.. files], CancellationToken.None);
}
