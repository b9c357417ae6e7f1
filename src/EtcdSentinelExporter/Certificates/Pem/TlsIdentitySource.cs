using System.Collections.Immutable;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>The identity to use now, and what is wrong with its files.</summary>
/// <param name="Identity"><see langword="null"/> when none could ever be loaded.</param>
/// <param name="Problems">With an identity: an older pair is in use, or a warning; without: why there is none.</param>
internal sealed record TlsIdentityState(TlsIdentity? Identity, ImmutableArray<LoadProblem> Problems);

/// <summary>Follows the files of a TLS identity through their renewals.</summary>
/// <remarks>While a renewal is half done (the key is not yet the certificate's) the old pair stays in use.</remarks>
/// <param name="read">The bytes of a host path, bounded in size. Throws what <see cref="File.ReadAllBytes"/>
/// throws.</param>
internal sealed class TlsIdentitySource(TlsFiles files, Func<string, byte[]> read, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<TlsIdentity> _superseded = [];
    private TlsIdentity? _identity;
    private ImmutableArray<LoadProblem> _complaints = [];

    /// <summary>Reads the files again. Cheap while they did not change; safe to call from several threads.</summary>
    public TlsIdentityState Refresh()
    {
        lock (_gate)
        {
            var problems = ImmutableArray.CreateBuilder<LoadProblem>();
            using var contents = TlsContents.Read(files, read, problems);
            if (contents is not null && contents.Hash() != _identity?.ContentHash)
                Replace(contents, problems);
            else if (contents is not null)
                problems.AddRange(_complaints);
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
        _complaints = [.. problems];
        // A handshake that has just begun may still need the pair before; none needs the one before that.
        if (_superseded.Count > 2)
            _superseded.Dequeue().Dispose();
    }

    // Still tried: it is the server's clock that decides.
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
                $"{files.Cert}: the client certificate is valid only from {start:u}; compare the clocks.");
        }
    }
}
