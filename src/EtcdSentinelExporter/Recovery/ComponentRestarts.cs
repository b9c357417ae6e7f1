using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Restarts of components that read renewed files at their start only.</summary>
/// <param name="due">What is to be renewed.</param>
/// <param name="membersAnswer">Must hold before etcd stops; <see langword="null"/> without etcd.</param>
internal sealed class ComponentRestarts(
    CertificatesReading reading, ImmutableArray<DueCertificate> due, StepCheck? membersAnswer)
{
    public const string OnNode = "on this node, as root";

    // As kubeadm's documentation says: all of them read their files or kubeconfigs at startup.
    private static readonly ImmutableArray<string> InOrder =
        [Component.Etcd, Component.ApiServer, Component.ControllerManager, Component.Scheduler];

    public ImmutableArray<StepCheck> MembersAnswer => membersAnswer is null ? [] : [membersAnswer];

    // etcd reads renewed leaves at each handshake: without a changed CA a restart would risk the quorum for nothing.
    public IEnumerable<RecoveryStep> All() => InOrder
        .Where(one => one is Component.Etcd ? RestartEtcd(reading, due) : Runs(reading, one))
        .Select(Of);

    public IEnumerable<RecoveryStep> WithoutEtcd() =>
        InOrder.Where(one => one is not Component.Etcd && Runs(reading, one)).Select(Of);

    /// <summary>True if etcd of this node must restart.</summary>
    public static bool RestartEtcd(CertificatesReading reading, ImmutableArray<DueCertificate> due) =>
        Runs(reading, Component.Etcd) && EtcdMustRestart(reading, due);

    private static bool EtcdMustRestart(CertificatesReading reading, ImmutableArray<DueCertificate> due) =>
        due.Any(one => one.File.ReadAtStartBy.Contains(Component.Etcd, StringComparer.Ordinal))
        || reading.Restarts.Any(restart => restart is { Component: Component.Etcd, IsNeeded: true });

    private RecoveryStep Of(string component)
    {
        var parts = Restart.Of(reading.Plan, component).Split("; verify: ", 2);
        return new($"Restart {component}")
        {
            Before = component is Component.Etcd ? MembersAnswer : [],
            // What has no command that verifies it is a sentence.
            Commands = parts is [var command, _] ? [new(OnNode, command)] : [],
            After = parts is [_, var verify] ? [new($"{component} runs again.", verify)] : [],
            Blocks = component switch
            {
                Component.Etcd => "This member: the API server of this node answers nothing meanwhile. etcd needs "
                    + "this only because a file changed that it reads at its start.",
                Component.ApiServer => "The API server of this node, about a minute.",
                _ => "Nothing: another instance takes over.",
            },
            IfNot = "Look at the component's log before the next step.",
        };
    }

    private static bool Runs(CertificatesReading reading, string component) =>
        reading.Components.Any(one => one.Name == component)
        || reading.Plan.Components.Any(one => one.Component == component);
}
