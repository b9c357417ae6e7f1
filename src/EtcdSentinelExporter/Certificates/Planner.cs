using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Finds out what there is to look at on this node, anew in each poll.</summary>
/// <param name="files">The node's files.</param>
/// <param name="profile">The setting <c>certificates.profile</c>.</param>
/// <param name="givenFiles">The setting <c>certificates.files</c>.</param>
/// <param name="givenListeners">The setting <c>certificates.served</c>.</param>
/// <param name="etcdIdentity">Whom we present ourselves as to etcd; <see langword="null"/>: as discovered.</param>
internal sealed class Planner(
    HostFiles files,
    string profile,
    ImmutableArray<ConfiguredFile> givenFiles,
    ImmutableArray<ConfiguredListener> givenListeners,
    TlsFiles? etcdIdentity)
{
    /// <summary>The setting <c>etcd.endpoints</c>: who is dialled beside the etcd that was found here.</summary>
    public ImmutableArray<Uri> EtcdEndpoints { get; init; } = [];

    /// <summary>Blocks on the disk. A manifest that cannot be read costs only what it would have told.</summary>
    /// <param name="etcd">How etcd runs here; <see langword="null"/> where it does not.</param>
    public CertificatePlan Plan(EtcdInstallation? etcd)
    {
        var chosen = KnownProfiles.Choose(profile, files);
        var pods = new PodFinder(files, chosen, etcd);
        var kubelet = KubeletConfig.Read(files);
        ImmutableArray<ExpectedFile> told = [.. ConfiguredFiles.OfEtcd(etcd), .. ConfiguredFiles.OfServers(pods, kubelet)];
        var finder = new ListenerFinder(files, chosen, pods, kubelet, new(etcd, etcdIdentity, EtcdEndpoints));
        var listeners = finder.Find();
        return new(
            chosen.Name,
            Ordered([.. OfProfile(chosen, etcd, told), .. told.Select(file => Named(chosen, file)), .. Given()]),
            [.. listeners.Where(known => !givenListeners.Any(given => given.Name == known.Name)),
                .. givenListeners.Select(given => finder.Given(given, listeners))],
            [.. pods.Components.Select(pods.Process)]);
    }

    private IEnumerable<ExpectedFile> OfProfile(
        Profile chosen, EtcdInstallation? etcd, ImmutableArray<ExpectedFile> told) =>
        from row in chosen.Files
        where row.Unless is null || !files.Exists(row.Unless)
        select new ExpectedFile(row.Name, row.Path, row.Role)
        {
            IsRequired = !row.NeededBy.IsEmpty
                && row.NeededBy.All(component => chosen.MarkOf(component) is { } mark && files.Exists(mark))
                && !IsElsewhere(row, etcd, told),
            CaFile = row.CaFile,
            ReadAtStartBy = row.ReadAtStartBy,
        };

    // A component that was told of other paths does not need the usual ones.
    private static bool IsElsewhere(ProfileFile row, EtcdInstallation? etcd, ImmutableArray<ExpectedFile> told) =>
        !told.Any(file => row.Holds(file.Path))
        && ((etcd is not null && row.NeededBy is [Component.Etcd]) || told.Any(file => file.Name == row.Name));

    // Called as the profile calls it, so that a label does not change while a manifest cannot be read.
    private static ExpectedFile Named(Profile chosen, ExpectedFile told) =>
        chosen.Files.FirstOrDefault(row => row.Holds(told.Path)) is { } row ? told with { Name = row.Name } : told;

    private IEnumerable<ExpectedFile> Given() => givenFiles.Select(given =>
        new ExpectedFile(given.Name ?? ConfiguredFile.NameOf(given.Path), given.Path, FileRole.Unknown)
        {
            IsRequired = true,
            IsFromPattern = given.Name is null && PathPattern.IsPattern(given.Path),
        });

    // What is named exactly comes before what a pattern finds, and a narrow pattern before a wide one: of several rows
    // that lead to one file the first counts. A name of the user's own is kept, though.
    private static ImmutableArray<ExpectedFile> Ordered(ImmutableArray<ExpectedFile> all) =>
    [
        .. all.GroupBy(file => file.Role is FileRole.Unknown ? (file.Name, file.Path) : ("", file.Path))
            .Select(same => same.First() with { IsRequired = same.Any(file => file.IsRequired) })
            .OrderBy(file => PathPattern.IsPattern(file.Path))
            .ThenBy(file => file.Role is FileRole.Unknown)
            .ThenByDescending(file => PathPattern.IsPattern(file.Path) ? file.Path.Length : 0),
    ];
}
