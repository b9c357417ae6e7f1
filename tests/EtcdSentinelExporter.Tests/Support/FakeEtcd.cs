using System.Buffers.Binary;
using System.Net;
using EtcdSentinelExporter.Etcd.Client;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>A server on a free loopback port with a response handler of the test.</summary>
internal sealed class FakeEtcd : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private FakeEtcd(WebApplication app, string scheme, string host)
    {
        _app = app;
        var port = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        Endpoint = EtcdEndpoint.Parse($"{scheme}://{host}:{port}");
    }

    public EtcdEndpoint Endpoint { get; }

    public int Requests => Volatile.Read(ref _requests);

    public static Task<FakeEtcd> StartAsync(RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http2) =>
        StartAsync(answer, options => options.Protocols = protocols, "http", "127.0.0.1");

    public static Task<FakeEtcd> StartSecureAsync(
        RequestDelegate answer, Action<HttpsConnectionAdapterOptions> tls, string host = "127.0.0.1") =>
        StartAsync(answer, options => options.UseHttps(tls), "https", host);

    /// <summary>Writes a successful response of etcd: one message and status 0.</summary>
    public static Task AnswerAsync(HttpContext context, IMessage message) =>
        AnswerAsync(context, Frame(message.ToByteArray()), "0");

    public static async Task AnswerAsync(HttpContext context, byte[] body, string? status, string? message = null)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        if (status is not null)
            context.Response.AppendTrailer("grpc-status", status);
        if (message is not null)
            context.Response.AppendTrailer("grpc-message", message);
    }

    public static byte[] Frame(byte[] message, byte compressed = 0, int? length = null)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length ?? message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static async Task<FakeEtcd> StartAsync(
        RequestDelegate answer, Action<ListenOptions> listen, string scheme, string host)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(host == "[::1]" ? IPAddress.IPv6Loopback : IPAddress.Loopback, 0, listen));
        var app = builder.Build();
        FakeEtcd? fake = null;
        app.Run(context =>
        {
            Interlocked.Increment(ref fake!._requests);
            return answer(context);
        });
        await app.StartAsync();
        return fake = new(app, scheme, host);
    }
}
