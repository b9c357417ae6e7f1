using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Performs a TLS handshake to read the server's certificate, and disconnects.</summary>
internal static class TlsDial
{
    /// <summary>Returns the leaf that the server presents. It is not validated: expired and untrusted ones are
    /// returned too.</summary>
    /// <param name="host">A name or an address; only a name is sent to the server (SNI).</param>
    /// <param name="identity">Client certificate to present, or <see langword="null"/> for none.</param>
    /// <param name="closeNotify">Timeout for the server's close_notify, after it has presented its
    /// certificate.</param>
    /// <param name="clock">Measures the timeout.</param>
    /// <param name="cancellationToken">The caller's deadline.</param>
    /// <exception cref="IOException">The connection was lost.</exception>
    /// <exception cref="SocketException">The connection failed.</exception>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    public static async Task<CertificateFacts> LeafAsync(
        string host, int port, TlsIdentity? identity, TimeSpan closeNotify, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port, cancellationToken);
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        var capture = new CertificateCapture();
        var options = identity?.ClientOptions(clock)
            ?? new() { CertificateChainPolicy = ServerTrust.OfflinePolicy([]) };
        options.TargetHost = host;
        // A resumed session would return the certificate of the first session.
        options.AllowTlsResume = false;
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) => capture.TryTake(certificate);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
        }
        // With TLS 1.2, a server that requires a client certificate aborts after it has presented its own.
        catch (Exception e) when (capture.Leaf is not null && e is AuthenticationException or IOException)
        {
            return capture.Leaf!;
        }
        await CloseAsync(tls, closeNotify, clock, cancellationToken);
        return capture.Leaf ?? throw new AuthenticationException("The server presented no certificate.");
    }

    // The server would log an error if the connection were reset during its last messages.
    private static async Task CloseAsync(
        SslStream tls, TimeSpan closeNotify, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(closeNotify, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await tls.ShutdownAsync();
            var rest = new byte[256];
            while (await tls.ReadAsync(rest, either.Token) > 0)
            {
                // The server's data is discarded.
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server closed first, or did not close in time: the certificate is known in both cases.
        }
    }

    private sealed class CertificateCapture
    {
        public CertificateFacts? Leaf { get; private set; }

        public bool TryTake(X509Certificate? certificate)
        {
            Leaf = certificate is X509Certificate2 presented ? CertificateFacts.Of(presented) : null;
            return Leaf is not null;
        }
    }
}
