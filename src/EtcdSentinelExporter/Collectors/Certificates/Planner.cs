using System.Collections.Immutable;
using EtcdSentinelExporter.Node;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Collectors.Certificates;

/// <summary>Finds out what there is to look at on this node, anew in each poll.</summary>
/// <param name="files">The node's files.</param>
/// <param name="profile">The setting <c>certificates.profile</c>.</param>
/// <param name="givenFiles">The setting <c>certificates.files</c>.</param>
/// <param name="givenListeners">The setting <c>certificates.served</c>.</param>
/// <param name="etcdIdentity">Whom we present ourselves as to etcd; <see langword="null"/>: as discovered.</param>
internal sealed class Planner(
    HostFiles files,
    string profile,
    ImmutableArray<GivenFile> givenFiles,
    ImmutableArray<GivenListener> givenListeners,
    TlsFiles? etcdIdentity)
{
    /// <summary>Blocks on the disk. A manifest that cannot be read costs only what it would have told.</summary>
    /// <param name="etcd">How etcd runs here; <see langword="null"/> where it does not.</param>
    public CertificatePlan Plan(EtcdInstallation? etcd)
    {
        var chosen = Profiles.Choose(profile, files);
        var pods = new PodFinder(files, chosen);
        var listeners = new ListenerFinder(files, pods, etcd, etcdIdentity).Find();
        return new(
            chosen.Name,
            [.. Distinct([.. OfProfile(chosen), .. OfEtcd(etcd), .. Given()])],
            [.. listeners.Where(known => !givenListeners.Any(given => given.Name == known.Name)),
                .. givenListeners.Select(given => Listener(given, listeners))],
            [.. pods.Components.Select(pods.Process)]);
    }

    private IEnumerable<ExpectedFile> OfProfile(Profile chosen) =>
        from row in chosen.Files
        where row.Unless is null || !files.Exists(row.Unless)
        select new ExpectedFile(row.Name, row.Path, row.Role)
        {
            IsRequired = !row.NeededBy.IsEmpty
                && row.NeededBy.All(component => chosen.MarkOf(component) is { } mark && files.Exists(mark)),
            CaFile = row.CaFile,
            ReadAtStartBy = row.ReadAtStartBy,
        };

    /// <summary>What etcd itself was told, also where no profile knows of it.</summary>
    private static IEnumerable<ExpectedFile> OfEtcd(EtcdInstallation? etcd)
    {
        if (etcd is null)
            yield break;
        foreach (var path in new[] { etcd.CaFile, etcd.PeerCaFile }.OfType<string>())
        {
            yield return new(path == etcd.CaFile ? "etcd-ca" : "etcd-peer-ca", path, FileRole.Authority)
            {
                IsRequired = true,
                ReadAtStartBy = [Component.Etcd],
            };
        }
        if (etcd.ServerCertFile is { } server)
            yield return new("etcd-server", server, FileRole.Leaf) { IsRequired = true, CaFile = etcd.CaFile };
        if (etcd.PeerCertFile is { } peer)
            yield return new("etcd-peer", peer, FileRole.Leaf) { IsRequired = true, CaFile = etcd.PeerCaFile };
        if (etcd.CertFile is { } client)
            yield return new("etcd-client", client, FileRole.Leaf) { CaFile = etcd.CaFile };
    }

    private IEnumerable<ExpectedFile> Given() => givenFiles.Select(given =>
        new ExpectedFile(given.Name ?? GivenFile.NameOf(given.Path), given.Path, FileRole.Unknown)
        {
            IsRequired = true,
            IsFromPattern = given.Name is null && PathPattern.IsPattern(given.Path),
        });

    // The first one knows most: a file that two of them name is one file. A name of the user's own is kept, though.
    private static IEnumerable<ExpectedFile> Distinct(ImmutableArray<ExpectedFile> all) =>
        all.DistinctBy(file => file.Role is FileRole.Unknown ? (file.Name, file.Path) : ("", file.Path));

    private static TlsListener Listener(GivenListener given, ImmutableArray<TlsListener> known)
    {
        var same = known.FirstOrDefault(listener => listener.Name == given.Name) ?? new(given.Name, given.Host, given.Port);
        return same with
        {
            Host = given.Host,
            Port = given.Port,
            FileNames = [given.Name, .. ListenerFinder.FileNameOf(given.Name) is { } usual ? [usual] : Array.Empty<string>()],
        };
    }
}
