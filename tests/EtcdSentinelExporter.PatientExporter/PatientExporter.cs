using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.TestRuns;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.PatientExporters;

/// <summary>The exporter with generous timeouts: on a busy machine, those of production fail polls of a healthy node.
/// All else is the code of the real program.</summary>
internal static class PatientExporter
{
    /// <summary>The first argument, where a test is about something that hangs: that is found out soon.</summary>
    public const string FindsHangs = "--finds-hangs";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private static readonly FixedTimeouts Generous = new()
    {
        // A call and a page each get a part of the poll.
        MinPoll = 10 * Patience.Limit,
        Discovery = Patience.Limit,
        Roles = Patience.Limit,
        RolePath = Patience.Limit,
        EtcdFolder = Patience.Limit,
        FileRead = Patience.Limit,
        CertificateFile = Patience.Limit,
        Handshake = Patience.Limit,
        CloseNotify = Patience.Limit,
        MemberCall = Patience.Limit,
        MemberPage = Patience.Limit,
        Etcd = new(Connect: Patience.Limit, PingDelay: Patience.Limit, PingTimeout: Patience.Limit),
        ProbePage = PageAllowance.OfProbes with { Deadline = Patience.Limit },
        // A grandchild may hold the output.
        Process = new(Exit: Patience.Limit, Output: TimeSpan.FromSeconds(20)),
    };

    private static FixedTimeouts GenerousButForHangs => Generous with
    {
        RolePath = Soon,
        EtcdFolder = Soon,
        MemberCall = Soon,
        // Asked where a call got no answer, to tell why.
        MemberPage = 5 * Soon,
    };

    private static WebLimits GenerousToClients => new()
    {
        Headers = Patience.Limit,
        SlowFor = Patience.Limit,
        StopWithin = Patience.Limit,
        Stop = Patience.Limit,
    };

    // In production an unread response is aborted 0.2 s after SIGTERM; without that the server ends it after 3 s. Here
    // the second comes after every test has given up.
    private static WebLimits GenerousButForUnreadResponses => GenerousToClients with
    {
        SlowFor = 10 * Patience.Limit,
        StopWithin = new WebLimits().StopWithin,
        Stop = 10 * Patience.Limit,
    };

    private static Task<int> Main(string[] args)
    {
        NativeMemory.LimitArenas();
        var finds = args is [FindsHangs, ..];
        return CommandLine.RunAsync(args[(finds ? 1 : 0)..], CommandContext.OfThisProcess() with
        {
            Timeouts = finds ? GenerousButForHangs : Generous,
            Web = finds ? GenerousButForUnreadResponses : GenerousToClients,
        });
    }
}
