using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Builds an <see cref="EtcdInstallation"/> from etcd's options.</summary>
/// <param name="files">Tells which client pair exists.</param>
/// <param name="toHost">Maps a path inside etcd's container to a host path.</param>
internal sealed class EtcdInstallationBuilder(HostFiles files, Func<string, string> toHost)
{
    private const int MaxTextLength = 128;

    // A member listens on a few addresses. Each invalid URL becomes a note, and each note a log line.
    private const int MaxUrls = 16;
    private const int MaxNotes = 32;

    // Linux rejects longer paths (PATH_MAX).
    private const int MaxPathLength = 4096;

    // etcd's own default, as on a Debian node without any configuration.
    private const string DefaultClientUrl = "http://localhost:2379";

    private readonly List<string> _notes = [];

    /// <param name="kind">As in <see cref="EtcdInstallation.Kind"/>.</param>
    /// <param name="source">The file that starts etcd.</param>
    /// <param name="configFile">etcd's own configuration file, if it reads one.</param>
    /// <param name="options">etcd's options.</param>
    public EtcdInstallation Build(string kind, string source, string? configFile, EtcdOptions options)
    {
        var listen = Urls(options, "listen-client-urls");
        var advertise = Urls(options, "advertise-client-urls");
        var metrics = Urls(options, "listen-metrics-urls");
        var http = Urls(options, "listen-client-http-urls");
        // Both serve the same pages. With a listener for HTTP, the client port serves gRPC alone.
        var pages = new MetricsListener(metrics.IsEmpty ? http : metrics);
        var client = ClientAddresses.Of(listen, advertise);
        var caFile = HostPathOf(options, "trusted-ca-file");
        var own = Pair(HostPathOf(options, "cert-file"), HostPathOf(options, "key-file"));
        var peer = Pair(HostPathOf(options, "peer-cert-file"), HostPathOf(options, "peer-key-file"));
        var pair = ClientPair.For(files, kind, caFile, own);
        var dataDir = HostPathOf(options, "data-dir");
        foreach (var name in options.Hidden.Order(StringComparer.Ordinal))
            Note($"{name} is set from a source that cannot be read");
        return new()
        {
            Kind = kind,
            Source = source,
            ConfigFile = configFile,
            ClientUrl = options.IsSet("listen-client-urls") ? client.FirstOrDefault()?.ToString() : DefaultClientUrl,
            MetricsUrl = pages.UrlBeside(client.FirstOrDefault()),
            Alternatives = [.. client.Skip(1).Select(url => new EtcdAddress(url.ToString(), pages.UrlBeside(url)))],
            CaFile = caFile,
            CertFile = pair?.CertFile,
            KeyFile = pair?.KeyFile,
            ServerCertFile = own?.CertFile,
            PeerUrl = ClientAddresses.Of(
                Urls(options, "listen-peer-urls"), Urls(options, "initial-advertise-peer-urls"))
                .FirstOrDefault()?.ToString(),
            PeerCaFile = HostPathOf(options, "peer-trusted-ca-file"),
            PeerCertFile = peer?.CertFile,
            PeerKeyFile = peer?.KeyFile,
            DataDir = dataDir,
            WalDir = HostPathOf(options, "wal-dir") ?? (dataDir is null ? null : $"{dataDir.TrimEnd('/')}/member/wal"),
            QuotaBytes = options.Number("quota-backend-bytes"),
            QuotaIsKnown = IsKnown(options, "quota-backend-bytes"),
            Name = Shown(options["name"]),
            AutoCompactionMode = Shown(options["auto-compaction-mode"]),
            AutoCompactionRetention = Shown(options["auto-compaction-retention"]),
            CompactionRetention = CompactionRetention.Of(options),
            MetricsLevel = Shown(options["metrics"]),
            FeatureGates = Shown(options["feature-gates"]),
            InitialCorruptCheck = IsOn(options, "experimental-initial-corrupt-check", "InitialCorruptCheck"),
            CompactHashCheck = IsOn(options, "experimental-compact-hash-check-enabled", "CompactHashCheck"),
            CorruptCheckTime = Shown(options["corrupt-check-time"] ?? options["experimental-corrupt-check-time"]),
            EnableV2 = options.IsOn("enable-v2"),
            ExperimentalOptions = Experimental(options),
            ClientCertAuth = options.IsOn("client-cert-auth") || caFile is not null,
            SnapshotCount = options.Number("snapshot-count"),
            HeartbeatInterval = Milliseconds(options, "heartbeat-interval"),
            ElectionTimeout = Milliseconds(options, "election-timeout"),
            ListenClientUrls = Texts(listen),
            AdvertiseClientUrls = Texts(advertise),
            ListenMetricsUrls = Texts(metrics),
            ListenClientHttpUrls = Texts(http),
            Notes = [.. _notes],
        };
    }

    private void Note(string note)
    {
        if (_notes.Count < MaxNotes)
            _notes.Add(note);
    }

    private ImmutableArray<EtcdUrl> Urls(EtcdOptions options, string name)
    {
        var texts = (options[name] ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length > MaxUrls)
            Note($"{name}: only the first {MaxUrls} of {texts.Length} URLs are used");
        return [.. texts.Take(MaxUrls).Select(text => Url(name, text)).OfType<EtcdUrl>()];
    }

    private EtcdUrl? Url(string name, string text)
    {
        try
        {
            return EtcdUrl.Parse(text);
        }
        catch (FormatException e)
        {
            // The part before an @ may contain a password.
            Note($"{name}: {Shown(text[(text.LastIndexOf('@') + 1)..])} {e.Message}");
            return null;
        }
    }

    private string? HostPathOf(EtcdOptions options, string name)
    {
        if (options[name] is not { } path)
            return null;
        if (path.StartsWith('/') && path.Length <= MaxPathLength && !path.Contains('\0', StringComparison.Ordinal))
            return toHost(path);
        Note($"{name}: {Shown(path)} is not an absolute path of at most {MaxPathLength} characters");
        return null;
    }

    private bool IsKnown(EtcdOptions options, string name)
    {
        if (options[name] is { } text && options.Number(name) is null)
        {
            Note($"{name}: {Shown(text)} is not an integer");
            return false;
        }
        return !options.Hidden.Contains(name) && !options.Hidden.Contains("config-file");
    }

    // etcd itself takes the gate where both are set.
    private static bool IsOn(EtcdOptions options, string flag, string gate) =>
        (options["feature-gates"] ?? "").Split(',').Select(part => part.Split('=', 2))
            .LastOrDefault(part => part[0].Trim() == gate) is { } set
            ? set is [_, "true" or "True" or "TRUE" or "t" or "1"]
            : options.IsOn(flag);

    private static ImmutableArray<string> Experimental(EtcdOptions options) =>
    [
        .. options.Values.Keys.Where(name => name.StartsWith("experimental-", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Take(MaxNotes).Select(name => Shown(name)!),
    ];

    private static ClientPair? Pair(string? certFile, string? keyFile) =>
        certFile is not null && keyFile is not null ? new(certFile, keyFile) : null;

    private static TimeSpan? Milliseconds(EtcdOptions options, string name) =>
        options.Number(name) is { } number and >= 0 and <= int.MaxValue ? TimeSpan.FromMilliseconds(number) : null;

    private static ImmutableArray<string> Texts(ImmutableArray<EtcdUrl> urls) =>
        [.. urls.Select(url => url.ToString())];

    private static string? Shown(string? text) => text is null ? null
        : UnsafeCharacters.Replace(text.Length > MaxTextLength ? text[..MaxTextLength] : text);
}
