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
    /// <param name="etcds">Every etcd on this node, that of the control plane first.</param>
    /// <param name="running">Processes with names of components.</param>
    /// <param name="before">The configuration in the previous poll; it counts for files that cannot be read.</param>
    public CertificatePlan Plan(
        ImmutableArray<EtcdInstallation> etcds, ImmutableArray<HostProcess> running, NodeConfiguration before)
    {
        var etcd = etcds.FirstOrDefault();
        var chosen = Chosen(etcd);
        var configs = new ConfigFiles(files);
        var pods = new PodFinder(
            configs, chosen, etcd, profile == KnownProfiles.None ? [] : running, before.CommandLines);
        var kubelet = configs.Read(
            pods.Of(Component.Kubelet)?.HostPath("config") ?? KubeletConfig.Path, KubeletConfig.Parse, before.Kubelet);
        ImmutableArray<ExpectedFile> configured =
        [
            .. ConfiguredFiles.OfEtcd(etcd).Select(file => file with { Name = NameOf(file.Path) ?? file.Name }),
            .. ConfiguredFiles.OfComponents(pods, kubelet, etcd, NameOf)
                .Where(file => file.Role is not FileRole.Kubeconfig || !chosen.OnlyReferences),
            .. etcds.Skip(1).SelectMany((other, nth) => ConfiguredFiles.OfOtherEtcd(other, nth + 2)),
        ];
        var finder = new ListenerFinder(files, chosen, pods, kubelet, new(etcd, etcdIdentity, EtcdEndpoints));
        ImmutableArray<TlsListener> listeners =
        [
            .. finder.Find()
                .Concat(etcds.Skip(1).SelectMany(other => new EtcdListeners(other, etcdIdentity, []).Find()))
                .DistinctBy(listener => (listener.Name, listener.Address)),
        ];
        return new(
            chosen.Name,
            Ordered([.. OfProfile(chosen, etcd, pods, configured), .. configured, .. ExtraFiles()]),
            [.. listeners.Where(found => !extraListeners.Any(extra => extra.Name == found.Name)),
                .. extraListeners.Select(extra => finder.Configured(extra, listeners))],
            [.. pods.Components.Select(pods.Process)])
        {
            Unreadable = configs.Unreadable,
            From = new(pods.CommandLines, kubelet),
        };

        // The profile's name, so that a label does not change while a manifest cannot be read.
        string? NameOf(string path) => chosen.Files.FirstOrDefault(row => row.Matches(path))?.Name;
    }

    // k3s and RKE2 may have another data folder; only etcd's configuration shows it.
    private Profile Chosen(EtcdInstallation? etcd) =>
        etcd is { ConfigFile: { } config } && RancherProfile.With(etcd.Kind, config) is { } moved
            && (profile == KnownProfiles.Auto || profile == moved.Name)
            ? moved
            : KnownProfiles.Choose(profile, files);

    // Rows whose file is configured to be elsewhere are left out: an old file in the default place is not used.
    private IEnumerable<ExpectedFile> OfProfile(
        Profile chosen, EtcdInstallation? etcd, PodFinder pods, ImmutableArray<ExpectedFile> configured)
    {
        var rows = chosen.Files.Where(row => !IsElsewhere(row, configured)).ToImmutableArray();
        return
            from row in rows
            where row.Unless is null || !files.Exists(row.Unless)
            select new ExpectedFile(row.Name, row.Path, row.Role)
            {
                IsRequired = IsRequired(chosen, row, etcd, pods, configured),
                CaFile = chosen.Files.Any(ca => ca.Path == row.CaFile) && !rows.Any(ca => ca.Path == row.CaFile)
                    ? null
                    : row.CaFile,
                ReadAtStartBy = row.ReadAtStartBy,
            };
    }

    private static bool IsElsewhere(ProfileFile row, ImmutableArray<ExpectedFile> configured) =>
        configured.Any(file => file.Name == row.Name) && !configured.Any(file => row.Matches(file.Path));

    // A component needs the files that its command line names. The profile decides only if that is not known.
    private bool IsRequired(
        Profile chosen, ProfileFile row, EtcdInstallation? etcd, PodFinder pods,
        ImmutableArray<ExpectedFile> configured) =>
        !row.NeededBy.IsEmpty
        && row.NeededBy.All(component => chosen.MarkOf(component) is { } mark && files.Exists(mark))
        && (configured.Any(file => row.Matches(file.Path)) || row.NeededBy.Any(component =>
            component == Component.Etcd ? etcd is null : pods.Of(component) is null));

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
            .Select(same => same.First() with
            {
                IsRequired = same.Any(file => file.IsRequired),
                CaFile = same.LastOrDefault(file => file.CaFile is not null)?.CaFile,
                ReadAtStartBy = [.. same.SelectMany(file => file.ReadAtStartBy).Distinct(StringComparer.Ordinal)],
            })
            .OrderBy(file => PathPattern.IsPattern(file.Path))
            .ThenBy(file => file.Role is FileRole.Unknown)
            .ThenByDescending(file => PathPattern.IsPattern(file.Path) ? file.Path.Length : 0),
    ];
}
