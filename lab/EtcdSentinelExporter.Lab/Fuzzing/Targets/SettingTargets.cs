using System.Collections.Frozen;
using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>What an administrator writes: file, flags, environment, and the values in them.</summary>
internal static class SettingTargets
{
    private const int MaxWords = 500;

    private const string Yaml = """
        web:
          listen-address: [":10379", "[::1]:9"]
        etcd:
          endpoints:
            - https://127.0.0.1:2379
        members: { enabled: true, every: 15s }
        drives:
          every: &a 5m
          timeout: *a
        certificates:
          files: ["a=/etc/a*.crt", /b]
          served: ["api=127.0.0.1:6443"]
        storage:
          paths: ["longhorn=/var/lib/longhorn"]
        log: {level: info, format: json}
        """;

    private static readonly JournalEntry JournalSeed = new(
        new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), "c0ffee", JournalEntry.Begin, "defragment", "a1", "Defragmenting cp-1.");

    private static readonly FrozenDictionary<string, string> NoVariables = FrozenDictionary<string, string>.Empty;

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.Total("settings-file", () => [.. SeedFiles.Texts(Yaml), .. SeedFiles.Named("*.yml", "*.yaml")],
            File),
        FuzzTarget.Total("settings-flags", () => SeedFiles.Texts(
            "serve\n--log.level=debug\n--etcd.endpoints\nhttps://a:1", "smart-agent\n--drives.folder=/a", "--help"),
                Flags),
        FuzzTarget.Total("settings-environment", () => SeedFiles.Texts(
            "ETCDSENTINEL_LOG_LEVEL=debug\nETCDSENTINEL_ETCD_ENDPOINTS=https://a:1 https://b:2\nPATH=/bin"), Variables),
        FuzzTarget.Text("upgrade", () => SeedFiles.Texts("3.6", ""),
            text => Property.Holds(CheckUpgrade.Parse(text) is null or { Patch: 0 }, "not a minor version")),
        FuzzTarget.Text("duration", () => SeedFiles.Texts("15s", "1h30m", "1000y", "1y2w3d4h5m6s7ms"), Duration),
        FuzzTarget.Text("listen-address", () => SeedFiles.Texts(":10379", "127.0.0.1:0", "[::1]:1", "[fe80::1%lo]:1"),
            text => Property.Holds(ListenAddress.Parse(text).Port is >= 0 and <= 65535, "no valid port")),
        FuzzTarget.Text("only-step", () => SeedFiles.Texts("defragment=cp-1", "compact", "disarm"),
            text => Property.Holds(
                OnlyStep.Parse(text) is { Kind: OnlyKind.Defragment, Member.Length: > 0 } or { Member: "" },
                "no member to defragment")),
        FuzzTarget.Try("recover-journal", () => [JournalSeed.ToLine()],
            text => JournalEntry.Parse(text) is { } entry && entry == JournalEntry.Parse(
                System.Text.Encoding.UTF8.GetString(entry.ToLine()))),
        FuzzTarget.Text("drive-address", () => SeedFiles.Texts("/dev/bus/0;megaraid,14", "/dev/sdb;sat"), Drive),
        FuzzTarget.Text("configured-file", () => SeedFiles.Texts("a=/etc/a.crt", "/b*"),
            text => Property.Holds(ConfiguredFile.Parse(text).Path.StartsWith('/'), "the path is relative")),
        FuzzTarget.Text("configured-listener", () => SeedFiles.Texts("api=127.0.0.1:6443", "b=[::1]:1", "c=h:2"),
            text => Property.Holds(ConfiguredListener.Parse(text).Port > 0, "port 0")),
        FuzzTarget.Text("configured-path", () => SeedFiles.Texts("longhorn=/var/lib/longhorn"),
            text => Property.Holds(ConfiguredPath.Parse(text).Name.Length is > 0 and <= 64, "a name that is too long")),
        FuzzTarget.Text("metrics-family", () => SeedFiles.Texts("default", "all", "etcd_mvcc_put_total"),
            text => Property.Holds(PassthroughFamilies.Parse(text) == text, "another name")),
        FuzzTarget.Text("etcd-endpoint", () =>
            SeedFiles.Texts("https://127.0.0.1:2379", "http://[::1]:1/", "http://ä:1"),
            Endpoint),
    ];

    private static void File(string text) => Check(new SettingsReader(Catalog.Settings, _ => text)
        .Read(new([new(GeneralSettings.ConfigFile.Key, "/a.yaml", "--config.file")], []), NoVariables));

    private static void Variables(string text) => Check(new SettingsReader(Catalog.Settings, NoFile).Read(
        RawSettings.None,
        text.Split('\n').Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2)
            .DistinctBy(parts => parts[0], StringComparer.Ordinal)
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal)));

    private static void Check(SettingValues settings)
    {
        foreach (var problem in settings.Problems)
            Property.IsSafe(problem, "a problem");
    }

    // The first flag is unknown, so that no command ever starts. An administrator writes few words.
    private static void Flags(string text)
    {
        using StringWriter output = new(), error = new();
        CommandContext context = new(output, error, NoVariables, NoFile, TimeProvider.System);
        var code = CommandLine.RunAsync(["--unknown=1", .. text.Split('\n').Take(MaxWords)],
            context).GetAwaiter().GetResult();
        Property.Holds(code is ExitCode.Done or ExitCode.Usage, $"exit code {code}");
        Property.IsSafe(error.ToString(), "the error output", "\n");
    }

    private static string NoFile(string path) => throw new FormatException("no such file.");

    private static void Duration(string text) =>
        Property.Holds(DurationText.Parse(text) >= TimeSpan.Zero, "a negative duration");

    private static void Drive(string text) => Property.Holds(
        DriveAddress.Parse(text).Label.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'),
            "a label with other characters");

    private static void Endpoint(string text)
    {
        var endpoint = EtcdEndpoint.Parse(text);
        Property.IsSafe(endpoint.Text, "the label");
        Property.Holds(EtcdEndpoint.Parse(endpoint.Text) == endpoint, "its own text is another endpoint");
        Property.Holds(endpoint.Address.Port > 0, "no port");
    }
}
