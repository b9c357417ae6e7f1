using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter;

/// <summary>Timeouts that no setting changes. The timeout of a whole poll is a setting of its collector.</summary>
/// <remarks>They are handed in from outside: a test on a busy machine has no other way to tell a machine that is slow
/// from a disk or a member that hangs.</remarks>
internal sealed record FixedTimeouts
{
    /// <summary>The values in production.</summary>
    public static FixedTimeouts Default { get; } = new();

    /// <summary>Least time for a poll, where its collector's setting is shorter.</summary>
    public TimeSpan MinPoll { get; init; } = TimeSpan.Zero;

    /// <summary>To find out how etcd was started, and to list the disks. These are small files, mostly in the page
    /// cache: a longer wait is a wait for a dying disk, and etcd is still to be asked.</summary>
    public TimeSpan Discovery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>To find the disks behind all roles.</summary>
    public TimeSpan Roles { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For one path of a role: its disk may hang, or its server may be dead.</summary>
    public TimeSpan RolePath { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>For one folder of etcd. Two of them, one after the other, are to fit into a poll.</summary>
    public TimeSpan EtcdFolder { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For one file that a handshake, a call or a scrape needs.</summary>
    public TimeSpan FileRead { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>For one file that is examined for certificates. These are small, mostly in the page cache.</summary>
    public TimeSpan CertificateFile { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For a TLS handshake that only looks at the certificate.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For the server's close_notify after such a handshake; it has shown its certificate.</summary>
    public TimeSpan CloseNotify { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest call to a member; a healthy one answers within milliseconds.</summary>
    public TimeSpan MemberCall { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Longest wait for a member's metrics page.</summary>
    public TimeSpan MemberPage { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Of the connections to etcd.</summary>
    public EtcdTimeouts Etcd { get; init; } = EtcdTimeouts.Default;

    /// <summary>What a probe may take from a member's metrics page.</summary>
    public PageAllowance ProbePage { get; init; } = PageAllowance.OfProbes;

    /// <summary>Of smartctl, beside <c>drives.timeout</c>.</summary>
    public ProcessTimeouts Process { get; init; } = ProcessTimeouts.Default;
}
