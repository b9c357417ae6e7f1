using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Lab.Certificates;

/// <summary>Stands in for an API server: a TLS server that reads its certificate at its start.</summary>
internal sealed class ApiServer : IDisposable
{
    private readonly string _file;
    private TcpListener _listener;

    /// <param name="file">Path of its pair, without <c>.crt</c> and <c>.key</c>.</param>
    public ApiServer(string file)
    {
        _file = file;
        _listener = Start(new(IPAddress.Loopback, 0));
        Address = (IPEndPoint)_listener.LocalEndpoint;
    }

    public IPEndPoint Address { get; }

    /// <summary>Serves from now on what its files hold.</summary>
    public void Restart()
    {
        _listener.Dispose();
        _listener = Start(Address);
    }

    public void Dispose() => _listener.Dispose();

    private TcpListener Start(IPEndPoint address)
    {
        var listener = new TcpListener(address);
        listener.Start();
        _ = ServeAsync(listener, X509Certificate2.CreateFromPemFile(_file + ".crt", _file + ".key"));
        return listener;
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using (certificate)
        {
            try
            {
                while (true)
                    await ShakeHandsAsync(await listener.AcceptTcpClientAsync(), certificate);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // It is restarted or disposed.
            }
        }
    }

    private static async Task ShakeHandsAsync(TcpClient client, X509Certificate2 certificate)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(certificate);
                await tls.ShutdownAsync();
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client left.
            }
        }
    }
}
