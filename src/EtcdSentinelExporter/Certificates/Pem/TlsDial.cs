using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Shakes hands with a TLS server to see its certificate, and leaves.</summary>
internal static class TlsDial
{
    /// <summary>The leaf that the server presents, whatever we would think of it: expired and untrusted ones are what
    /// this is for.</summary>
    /// <param name="host">A name, or an address; only a name is told to the server.</param>
    /// <param name="identity">Whom we present ourselves as; <see langword="null"/> for nobody.</param>
    /// <param name="closeNotify">How long the server may take for its close_notify; it has shown its
    /// certificate.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="cancellationToken">The caller's deadline.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="SocketException">There was none.</exception>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    public static async Task<CertificateFacts> LeafAsync(
        string host, int port, TlsIdentity? identity, TimeSpan closeNotify, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port, cancellationToken);
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        var seen = new Seen();
        var options = identity?.ClientOptions(clock)
            ?? new() { CertificateChainPolicy = ServerTrust.OfflinePolicy([]) };
        options.TargetHost = host;
        // A resumed session would show the certificate of the first one.
        options.AllowTlsResume = false;
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) => seen.Take(certificate);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
        }
        // With TLS 1.2 a server that wants a certificate of ours breaks off after it has shown its own.
        catch (Exception e) when (seen.Leaf is not null && e is AuthenticationException or IOException)
        {
            return seen.Leaf!;
        }
        await LeaveAsync(tls, closeNotify, clock, cancellationToken);
        return seen.Leaf ?? throw new AuthenticationException("The server presents no certificate.");
    }

    // A connection that is torn down in the middle of the server's last messages shows up in its log as an error.
    private static async Task LeaveAsync(
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
                // Nothing that a server says unasked is of interest.
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It left first, or did not: either way the certificate was seen.
        }
    }

    private sealed class Seen
    {
        public CertificateFacts? Leaf { get; private set; }

        public bool Take(X509Certificate? certificate)
        {
            Leaf = certificate is X509Certificate2 shown ? CertificateFacts.Of(shown) : null;
            return Leaf is not null;
        }
    }
}
