using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>Dials a listener as whom it wants to see.</summary>
/// <param name="read">The bytes of a host path, bounded in size and time.</param>
/// <param name="closeNotify">How long the server may take for its close_notify.</param>
/// <param name="clock">Measures it.</param>
internal sealed class ListenerDial(Func<string, byte[]> read, TimeSpan closeNotify, TimeProvider clock)
{
    /// <exception cref="IOException">Our own certificate or key cannot be used; then nothing is dialled, because the
    /// other side would log a rejected connection. Also when the connection broke.</exception>
    public async Task<CertificateFacts> LeafAsync(TlsListener listener, CancellationToken cancellationToken)
    {
        if (listener is { NeedsIdentity: true, Identity: null })
        {
            throw new IOException(
                $"not dialled, because we have no certificate to show: set {EtcdListeners.Remedy(listener)}");
        }

        using var identity = listener.Identity is { } own ? Load(own) : null;
        return await TlsDial.LeafAsync(
            listener.Host, listener.Port, identity, closeNotify, clock, cancellationToken);
    }

    private TlsIdentity Load(TlsFiles own)
    {
        var problems = new List<LoadProblem>();
        using var contents = TlsContents.Read(own, read, problems);
        return (contents is null ? null : TlsIdentityLoader.Load(own, contents, problems))
            ?? throw new IOException($"not dialled, because we have no certificate to show: {problems[0].Message}");
    }
}
