using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Finds etcd by processes that no file starts: containers without a unit, and children of other
/// programs.</summary>
/// <param name="findings">What the files say; gets the rest.</param>
internal sealed class ProcessSource(ConfigReader reader, DiscoveryFindings findings, TimeProvider clock)
{
    // Long enough for the alert about a member that is down, and for the person who gets it.
    private static readonly TimeSpan ExpectedWithoutData = TimeSpan.FromDays(1);

    private const string Kind = "process";
    private const int MaxKeyBytes = 1 << 20;

    /// <summary>Adds each process that has no counterpart in the files. One that has ended is still expected until its
    /// data is gone: such an etcd is down, and nothing else would tell. If its data was never visible, it is expected
    /// for a day.</summary>
    /// <param name="known">Result of the last call.</param>
    /// <returns>The installations that are known by their processes alone.</returns>
    public async Task<ImmutableArray<KnownProcess>> FindAsync(
        ImmutableArray<EtcdProcess> running, ImmutableArray<KnownProcess> known,
        CancellationToken cancellationToken)
    {
        ImmutableArray<EtcdInstallation> byFiles = [.. findings.Installations];
        var unmatched = new List<EtcdInstallation>(byFiles);
        if (!running.IsEmpty)
            findings.Expect(EtcdEvidence.Process);
        foreach (var process in running.OrderByDescending(process => process.IsKnown))
        {
            if (Counterpart(process, byFiles) is { } counterpart)
                unmatched.Remove(counterpart);
            else if (process.IsKnown)
                await AddAsync(process, byFiles, cancellationToken);
            // Without its environment, it may be any that has no process yet.
            else if (unmatched is [var first, ..])
                unmatched.Remove(first);
            else
                findings.AddProblem(EtcdEvidence.Process, Unreadable(process.Process));
        }
        ImmutableArray<KnownProcess> ended = [.. known.Where(
            before => !findings.Installations.Any(now => IsSame(now, before.Etcd)) && IsExpected(before))];
        ImmutableArray<KnownProcess> alone = [.. findings.Installations.Where(found => found.Kind == Kind)
            .Select(found => new KnownProcess(found, HasData(found), clock.GetTimestamp()))];
        foreach (var process in ended)
            findings.Add(EtcdEvidence.Process, EtcdEvidence.Process, process.Etcd);
        return alone.AddRange(ended);
    }

    private bool IsExpected(KnownProcess ended) =>
        ended.HadData ? HasData(ended.Etcd) : clock.GetElapsedTime(ended.SeenAt) < ExpectedWithoutData;

    private static bool IsSame(EtcdInstallation now, EtcdInstallation before) =>
        now.HasAddressOf(before) || (now.DataDir is { } folder && folder == before.DataDir);

    // A manifest may leave the address to the kubelet (fieldRef); the process has it.
    private async Task AddAsync(
        EtcdProcess process, ImmutableArray<EtcdInstallation> byFiles, CancellationToken cancellationToken)
    {
        try
        {
            var found = await ReadAsync(process, cancellationToken);
            if (byFiles.FirstOrDefault(known => known.ClientUrl is null) is { } known
                && findings.Installations.Contains(known))
            {
                findings.Replace(known, known with
                {
                    ClientUrl = found.ClientUrl,
                    MetricsUrl = known.MetricsUrl ?? found.MetricsUrl,
                    Alternatives = found.Alternatives,
                    ListenClientUrls = found.ListenClientUrls,
                    AdvertiseClientUrls = found.AdvertiseClientUrls,
                });
                return;
            }
            findings.Add(EtcdEvidence.Process, EtcdEvidence.Process, found);
        }
        // Its files may not be mounted here: a matter of its address, which a setting can replace.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            var problem = EtcdConfigProblem.From(reader.LastPath, e);
            findings.AddProblem(EtcdEvidence.Process, problem with
            {
                Reason = EtcdConfigProblem.NoAddress,
                Origin = OriginOf(process.Process),
            });
        }
    }

    private static EtcdInstallation? Counterpart(EtcdProcess process, ImmutableArray<EtcdInstallation> byFiles) =>
        byFiles.FirstOrDefault(known => known.Unit is { } unit && unit == process.Process.Unit)
        ?? byFiles.FirstOrDefault(known => known.ConfigFile is { } file
            && process.Options["config-file"] is { } own && process.ToHost(own) == file)
        ?? byFiles.FirstOrDefault(known => known.DataDir is { } folder
            && process.Options["data-dir"] is { } own && process.ToHost(own) == folder);

    private async Task<EtcdInstallation> ReadAsync(EtcdProcess process, CancellationToken cancellationToken)
    {
        var (options, configFile) =
            await reader.FollowConfigFileAsync(process.Options, process.ToHost, cancellationToken);
        var found = new EtcdInstallationBuilder(reader.Files, process.ToHost)
            .Build(Kind, process.Process.Words.FirstOrDefault(EtcdProcess.Name), configFile, options);
        found = WithVisibleFiles(found);
        return process.IsComplete || configFile is not null ? found : found with
        {
            QuotaIsKnown = found.QuotaBytes is not null,
            CompactionRetention = found.AutoCompactionRetention is null ? null : found.CompactionRetention,
        };
    }

    // Paths of a container may not be the node's, and folders may not be mounted here: a file that is not visible need
    // not be missing.
    private EtcdInstallation WithVisibleFiles(EtcdInstallation found)
    {
        var hasPair = IsReadable(found.CertFile) && IsReadable(found.KeyFile);
        return found with
        {
            CaFile = Visible(found.CaFile),
            CertFile = hasPair ? found.CertFile : null,
            KeyFile = hasPair ? found.KeyFile : null,
            ServerCertFile = Visible(found.ServerCertFile),
            PeerCaFile = Visible(found.PeerCaFile),
            PeerCertFile = Visible(found.PeerCertFile),
            PeerKeyFile = Visible(found.PeerKeyFile),
            DataDir = Visible(found.DataDir),
            WalDir = Visible(found.WalDir),
        };
    }

    private string? Visible(string? path) => path is not null && reader.Files.Exists(path) ? path : null;

    private bool IsReadable(string? path)
    {
        try
        {
            return path is not null && reader.Files.Read(path, MaxKeyBytes).Length > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Only a certain absence is one: a disk that fails hides the data, and ends etcd.
    private bool HasData(EtcdInstallation etcd)
    {
        try
        {
            return etcd.DataDir is { } folder && reader.Files.ExistsForSure($"{folder}/member");
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static EtcdConfigProblem Unreadable(HostProcess process) => new(
        $"/proc/{process.Id}/environ", EtcdConfigProblem.NoAddress,
        $"An etcd process runs here (/proc/{process.Id}), but its environment cannot be read and its command line has "
        + "no address; grant CAP_SYS_PTRACE, or set etcd.endpoints")
    {
        Origin = OriginOf(process),
    };

    // No installation has it: those that only a process tells of have a memory of their own.
    private static string OriginOf(HostProcess process) => $"/proc/{process.Id}";
}

/// <summary>An etcd that only its process told of.</summary>
/// <param name="HadData">True if its data was visible while it ran: only then does a missing folder mean that it was
/// removed.</param>
/// <param name="SeenAt">Timestamp of the last look at which it ran.</param>
internal sealed record KnownProcess(EtcdInstallation Etcd, bool HadData, long SeenAt);
