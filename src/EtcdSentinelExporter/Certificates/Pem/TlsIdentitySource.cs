namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>The current TLS identity, with the problems of its files.</summary>
/// <param name="Identity"><see langword="null"/> if none could be loaded yet.</param>
/// <param name="Problems">With an identity: warnings, or the reason why an older one is in use. Without: the reason
/// why there is none.</param>
internal sealed record TlsIdentityState(TlsIdentity? Identity, ImmutableArray<LoadProblem> Problems);

/// <summary>Reloads a TLS identity when its files change.</summary>
/// <remarks>During a renewal, while the key does not match the certificate yet, the old pair stays in use.</remarks>
/// <param name="read">Returns the bytes of a host path, up to a size limit. Throws the exceptions of
/// <see cref="File.ReadAllBytes"/>.</param>
internal sealed class TlsIdentitySource(TlsFiles files, Func<string, byte[]> read, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<TlsIdentity> _superseded = [];
    private TlsIdentity? _identity;
    private ImmutableArray<LoadProblem> _warnings = [];

    /// <summary>Reads the files again, and reloads the identity if they changed. Thread-safe.</summary>
    public TlsIdentityState Refresh()
    {
        lock (_gate)
        {
            var problems = ImmutableArray.CreateBuilder<LoadProblem>();
            using var contents = TlsContents.Read(files, read, problems);
            if (contents is not null && contents.Hash() != _identity?.ContentHash)
                Replace(contents, problems);
            else if (contents is not null)
                problems.AddRange(_warnings);
            problems.AddRange(Validity());
            return new(_identity, problems.ToImmutable());
        }
    }

    public void Dispose()
    {
        _identity?.Dispose();
        foreach (var identity in _superseded)
            identity.Dispose();
    }

    private void Replace(TlsContents contents, ICollection<LoadProblem> problems)
    {
        var before = _identity;
        _identity = TlsIdentityLoader.Load(files, contents, problems) ?? before;
        if (_identity == before)
            return;
        if (before is not null)
            _superseded.Enqueue(before);
        _warnings = [.. problems];
        // A handshake in progress may still use the previous pair; older pairs are not used any more.
        if (_superseded.Count > 2)
            _superseded.Dequeue().Dispose();
    }

    // The identity is used anyway: the server's clock decides.
    private IEnumerable<LoadProblem> Validity()
    {
        if (_identity?.NotAfter is { } end && end <= clock.GetUtcNow())
        {
            yield return new(
                LoadProblem.Expired, $"{files.Cert}: the client certificate expired at {end:u}; renew it.");
        }

        if (_identity?.NotBefore is { } start && start > clock.GetUtcNow())
        {
            yield return new(
                LoadProblem.NotYetValid,
                $"{files.Cert}: the client certificate is not valid before {start:u}; compare the clocks.");
        }
    }
}
