using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>Performs a handshake with a listener, with a client certificate if it requires one.</summary>
/// <param name="read">Returns the bytes of a host path, with limits on size and time.</param>
/// <param name="closeNotify">Timeout for the server's close_notify.</param>
/// <param name="clock">Measures the timeout.</param>
internal sealed class ListenerDial(Func<string, byte[]> read, TimeSpan closeNotify, TimeProvider clock)
{
    /// <summary>Returns the leaf that the listener presents.</summary>
    /// <exception cref="IOException">The connection was lost; or the client certificate cannot be used, and no
    /// connection was made, because the server would log it as rejected.</exception>
    public async Task<CertificateFacts> LeafAsync(TlsListener listener, CancellationToken cancellationToken)
    {
        if (listener is { NeedsIdentity: true, Identity: null })
        {
            throw new IOException(
                $"not dialled: the server requires a client certificate; set {EtcdListeners.Remedy(listener)}");
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
            ?? throw new IOException($"not dialled: no usable client certificate: {problems[0].Message}");
    }
}
