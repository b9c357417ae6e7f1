using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace EtcdSentinelExporter.Lab;

/// <summary>Runs the exporter with a poll every two seconds, on its own port, with generous timeouts.</summary>
/// <remarks><c>ETCD_SENTINEL_EXPORTER</c> and <c>ETCD_SENTINEL_PATIENT_EXPORTER</c> name other builds than those next
/// to the tests: scripts/test compiles them to native code.</remarks>
internal sealed class Sentinel : IAsyncDisposable
{
    /// <summary>The real program, with the timeouts of production.</summary>
    public static readonly string Program = Named("ETCD_SENTINEL_EXPORTER", "etcd-sentinel-exporter");

    /// <summary>The same program with generous timeouts.</summary>
    public static readonly string Patient = Named("ETCD_SENTINEL_PATIENT_EXPORTER", "patient-exporter");

    /// <summary>Command with generous timeouts, except a short one for things that hang.</summary>
    public static string[] PatientThatFindsHangs => [Patient, .. Hangs(areFound: true)];

    private readonly Service _service;

    private Sentinel(Service service) => _service = service;

    public string Log => _service.Log;

    public Uri Address => _service.Http.BaseAddress!;

    public Process Process => _service.Process;

    /// <summary>Runs a command in its mount namespace.</summary>
    public Task<string> BesideItAsync(string command) => CleanProcess.RunAsync(
        "nsenter", ["-m", "-t", Process.Id.ToString(CultureInfo.InvariantCulture), "/bin/sh", "-c",
            $"PATH=$PATH:/usr/sbin:/sbin; {command}"]);

    public bool Runs => _service.Runs;

    /// <summary>Starts next to a member, with only the root folder of the node configured.</summary>
    /// <param name="findsHangs">As with <see cref="StartAsync(string, bool, string[])"/>.</param>
    public static Task<Sentinel> BesideAsync(MemberProcess member, bool findsHangs = false) =>
        StartAsync(member.Node.Root, findsHangs, $"--path.rootfs={member.Node.Root}");

    /// <summary>Starts next to a healthy member, and waits until the page shows it.</summary>
    /// <param name="findsHangs">As with <see cref="StartAsync(string, bool, string[])"/>.</param>
    public static async Task<Sentinel> BesideHealthyAsync(MemberProcess member, bool findsHangs = false)
    {
        var sentinel = await BesideAsync(member, findsHangs);
        await sentinel.WaitAsync(page => page.Value("etcd_sentinel_member_up") == 1, "the member answers");
        return sentinel;
    }

    /// <summary>Starts and waits for the first poll.</summary>
    /// <param name="folder">Folder of its log.</param>
    public static Task<Sentinel> StartAsync(string folder, params string[] settings) =>
        StartAsync(folder, findsHangs: false, settings);

    /// <inheritdoc cref="StartAsync(string, string[])"/>
    /// <param name="findsHangs">True if the test is about a folder or a member that hangs.</param>
    public static Task<Sentinel> StartAsync(string folder, bool findsHangs, params string[] settings) =>
        StartAsync(folder, [Patient, .. Hangs(findsHangs)], settings);

    /// <summary>Starts it by another command.</summary>
    /// <param name="prefix">Command and its arguments: <c>env A=b</c>; empty for none.</param>
    /// <param name="findsHangs">As with <see cref="StartAsync(string, bool, string[])"/>.</param>
    public static Task<Sentinel> StartBehindAsync(
        string folder, IEnumerable<string> prefix, bool findsHangs, string[] settings) =>
        StartAsync(folder, [.. prefix, Patient, .. Hangs(findsHangs)], settings);

    /// <summary>The same as user nobody, without privileges. Needs root.</summary>
    public static Task<Sentinel> StartWithoutRightsAsync(string folder, params string[] settings) =>
        StartAsync(folder, ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Patient], settings);

    /// <summary>Starts in its own mount namespace. Needs root.</summary>
    /// <param name="prepare">Shell commands that create the mounts.</param>
    public static Task<Sentinel> StartWithMountsAsync(string folder, string prepare, params string[] settings) =>
        StartWithMountsAsync(folder, prepare, findsHangs: false, settings);

    /// <inheritdoc cref="StartWithMountsAsync(string, string, string[])"/>
    /// <param name="findsHangs">As with <see cref="StartAsync(string, bool, string[])"/>.</param>
    public static Task<Sentinel> StartWithMountsAsync(
        string folder, string prepare, bool findsHangs, params string[] settings) =>
        StartAsync(
            folder, ["unshare", "-m", "--propagation", "private", "/bin/sh", "-c",
                $"set -e; PATH=$PATH:/usr/sbin:/sbin\n{prepare}\nexec \"$@\"", "sh", Patient,
                .. Hangs(findsHangs)], settings);

    private static Task<Sentinel> StartAsync(string folder, string[] program, string[] settings) => StartAsync(
        Path.Combine(folder, "sentinel.log"), program, IPAddress.Loopback,
        ["--members.every=2s", "--members.timeout=2s", .. settings]);

    /// <summary>Starts a build of the exporter and waits for the first poll.</summary>
    /// <param name="log">File of its output.</param>
    /// <param name="program">Words in front of the settings.</param>
    public static async Task<Sentinel> StartAsync(
        string log, string[] program, IPAddress address, string[] settings) =>
        new(await Service.StartAsync(
            log, "-/ready", listen => [.. program, $"--web.listen-address={listen}", .. settings], address));

    /// <exception cref="LabException">It has ended; the message has its log.</exception>
    public void AssertRuns() => _service.AssertRuns();

    public async Task<Scrape> ScrapeAsync() =>
        Scrape.Parse(await _service.GetAsync("metrics"));

    /// <summary>Scrapes until the page satisfies the condition.</summary>
    /// <returns>The first such page.</returns>
    public async Task<Scrape> WaitAsync(Func<Scrape, bool> condition, string wanted)
    {
        var page = await ScrapeAsync();
        try
        {
            await Wait.UntilAsync(async () => condition(page = await ScrapeAsync()), wanted);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; the log says: {await File.ReadAllTextAsync(Log)}", e);
        }
        return page;
    }

    /// <summary>Returns a page whose values were all read after this call.</summary>
    /// <remarks>The time of a poll is that of its start. A running poll may have read values before this
    /// call.</remarks>
    public Task<Scrape> AfterTheNextPollAsync()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        return WaitAsync(
            page => page.Value("etcd_sentinel_poll_timestamp_seconds", "members") > now, "there is a new poll");
    }

    /// <summary>Private anonymous memory of the process.</summary>
    public async Task<long> AnonymousBytesAsync()
    {
        var status = string.Create(CultureInfo.InvariantCulture, $"/proc/{Process.Id}/status");
        var lines = await File.ReadAllLinesAsync(status);
        var line = lines.Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line["RssAnon:".Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Sends SIGTERM, as Kubernetes and systemd do.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await CleanProcess.SignalAsync(Process, "TERM");
        await Wait.UntilAsync(() => Task.FromResult(!Runs), "the exporter has stopped");
        return Process.ExitCode;
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private static string[] Hangs(bool areFound) => areFound ? ["--finds-hangs"] : [];

    private static string Named(string variable, string besideTests) =>
        Environment.GetEnvironmentVariable(variable) ?? Path.Combine(AppContext.BaseDirectory, besideTests);
}
