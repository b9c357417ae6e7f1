using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Decides which files, TLS servers and processes to check on this node. It runs in each poll.</summary>
/// <param name="files">The node's files.</param>
/// <param name="profile">The setting <c>certificates.profile</c>.</param>
/// <param name="extraFiles">The setting <c>certificates.files</c>.</param>
/// <param name="extraListeners">The setting <c>certificates.served</c>.</param>
/// <param name="etcdIdentity">Client certificate for etcd from the settings; <see langword="null"/> to use the
/// discovered one.</param>
internal sealed class Planner(
    HostFiles files,
    string profile,
    ImmutableArray<ConfiguredFile> extraFiles,
    ImmutableArray<ConfiguredListener> extraListeners,
    TlsFiles? etcdIdentity)
{
    /// <summary>The setting <c>etcd.endpoints</c>: members to check in addition to the discovered one.</summary>
    public ImmutableArray<Uri> EtcdEndpoints { get; init; } = [];

    /// <summary>Makes the plan. Blocks on the disk. An unreadable manifest affects only its own component.</summary>
    /// <param name="etcd">The etcd on this node; <see langword="null"/> if there is none.</param>
    public CertificatePlan Plan(EtcdInstallation? etcd)
    {
        var chosen = KnownProfiles.Choose(profile, files);
        var pods = new PodFinder(files, chosen, etcd);
        var kubelet = KubeletConfig.Read(files);
        ImmutableArray<ExpectedFile> configured =
            [.. ConfiguredFiles.OfEtcd(etcd), .. ConfiguredFiles.OfServers(pods, kubelet)];
        var finder = new ListenerFinder(files, chosen, pods, kubelet, new(etcd, etcdIdentity, EtcdEndpoints));
        var listeners = finder.Find();
        return new(
            chosen.Name,
            Ordered(
                [
                    .. OfProfile(chosen, etcd, configured), .. configured.Select(file => Named(chosen, file)),
                    .. ExtraFiles(),
                ]),
            [.. listeners.Where(found => !extraListeners.Any(extra => extra.Name == found.Name)),
                .. extraListeners.Select(extra => finder.Configured(extra, listeners))],
            [.. pods.Components.Select(pods.Process)]);
    }

    private IEnumerable<ExpectedFile> OfProfile(
        Profile chosen, EtcdInstallation? etcd, ImmutableArray<ExpectedFile> configured) =>
        from row in chosen.Files
        where row.Unless is null || !files.Exists(row.Unless)
        select new ExpectedFile(row.Name, row.Path, row.Role)
        {
            IsRequired = !row.NeededBy.IsEmpty
                && row.NeededBy.All(component => chosen.MarkOf(component) is { } mark && files.Exists(mark))
                && !IsElsewhere(row, etcd, configured),
            CaFile = row.CaFile,
            ReadAtStartBy = row.ReadAtStartBy,
        };

    // A component that is configured with other paths does not need the default ones.
    private static bool IsElsewhere(
        ProfileFile row, EtcdInstallation? etcd, ImmutableArray<ExpectedFile> configured) =>
        !configured.Any(file => row.Matches(file.Path))
        && ((etcd is not null && row.NeededBy is [Component.Etcd]) || configured.Any(file => file.Name == row.Name));

    // Uses the profile's name for the file, so that a label does not change while a manifest cannot be read.
    private static ExpectedFile Named(Profile chosen, ExpectedFile configured) =>
        chosen.Files.FirstOrDefault(row => row.Matches(configured.Path)) is { } row
            ? configured with { Name = row.Name }
            : configured;

    private IEnumerable<ExpectedFile> ExtraFiles() => extraFiles.Select(extra =>
        new ExpectedFile(extra.Name ?? ConfiguredFile.NameOf(extra.Path), extra.Path, FileRole.Unknown)
        {
            IsRequired = true,
            IsFromPattern = extra.Name is null && PathPattern.IsPattern(extra.Path),
        });

    // If several rows match a file, the first wins. So exact paths come before patterns, and narrow patterns
    // before wide ones. A name from the user's settings is kept in addition.
    private static ImmutableArray<ExpectedFile> Ordered(ImmutableArray<ExpectedFile> all) =>
    [
        .. all.GroupBy(file => file.Role is FileRole.Unknown ? (file.Name, file.Path) : ("", file.Path))
            .Select(same => same.First() with { IsRequired = same.Any(file => file.IsRequired) })
            .OrderBy(file => PathPattern.IsPattern(file.Path))
            .ThenBy(file => file.Role is FileRole.Unknown)
            .ThenByDescending(file => PathPattern.IsPattern(file.Path) ? file.Path.Length : 0),
    ];
}
