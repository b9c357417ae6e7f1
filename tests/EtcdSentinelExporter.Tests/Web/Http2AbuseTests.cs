using System.Buffers.Binary;
using System.Net.Security;
using System.Text;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

/// <summary>Clients that ask for pages over HTTP/2 and take none of them.</summary>
/// <remarks>Does not reproduce a connection that Kestrel closes because it can queue no more frames: that takes many
/// clients for seconds, and shows only sometimes. What must end requests then is in
/// <see cref="ClosedConnectionTests"/>.</remarks>
public sealed class Http2AbuseTests
{
    private const byte Settings = 4;
    private const byte Headers = 1;
    private const byte ResetStream = 3;
    private const byte EndOfStreamAndHeaders = 5;

    private static readonly WebLimits Limits = RunningSite.Limits;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_that_nobody_takes_give_their_places_back_when_the_client_has_gone(bool resets)
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Tls + SecuredSite.Http2, Limits);
        secured.Site.Publish(1 << 20);
        var scrapes = secured.Site.Responses.Metrics;
        await using (var client = await AskAsync(secured, streams: 8))
        {
            await Eventually.IsAsync(() => scrapes.Available == Limits.Scrapes - 8, "eight pages wait for the client");
            if (resets)
            {
                for (var stream = 1; stream < 16; stream += 2)
                    await client.WriteAsync(Frame(ResetStream, 0, stream, [0, 0, 0, 8]));
                await Eventually.IsAsync(() => scrapes.Available == Limits.Scrapes, "the limit is back");
            }
        }

        await Eventually.IsAsync(() => scrapes.Available == Limits.Scrapes, "the limit is back");
        Assert.Equal(200, await secured.StatusAsync());
    }

    [Fact]
    public async Task One_client_takes_its_share_of_the_scrapes_and_not_those_of_others()
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Tls + SecuredSite.Http2, Limits);
        secured.Site.Publish(1 << 20);
        await using var one = await AskAsync(secured, streams: 16);
        await using var two = await AskAsync(secured, streams: 16);
        await using var three = await AskAsync(secured, streams: 16);

        var scrapes = secured.Site.Responses.Metrics;
        await Eventually.IsAsync(
            () => scrapes.Available == Limits.Scrapes - Limits.ScrapesPerClient, "the share is taken, and no more");
        Assert.Equal(503, await secured.StatusAsync());
        Assert.Equal(200, await secured.StatusAsync("/-/healthy"));
    }

    // Window 0: not a byte of a body may be sent.
    private static async Task<SslStream> AskAsync(SecuredSite secured, int streams)
    {
        var tls = await secured.ConnectAsync(new()
        {
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await tls.WriteAsync(Frame(Settings, 0, 0, [0, 4, 0, 0, 0, 0]));
        for (var n = 0; n < streams; n++)
            await tls.WriteAsync(Frame(Headers, EndOfStreamAndHeaders, (2 * n) + 1, Request));
        return tls;
    }

    // HPACK: GET and https out of the static table, path and authority as literals.
    private static byte[] Request =>
        [0x82, 0x87, 0x04, 8, .. Encoding.ASCII.GetBytes("/metrics"), 0x01, 1, (byte)'a'];

    private static byte[] Frame(byte type, byte flags, int stream, byte[] body)
    {
        var frame = new byte[9 + body.Length];
        (frame[1], frame[2], frame[3], frame[4]) = ((byte)(body.Length >> 8), (byte)body.Length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        body.CopyTo(frame, 9);
        return frame;
    }
}
