using System.Collections.Immutable;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>Faults around the exporter itself.</summary>
internal static class ExporterFaults
{
    public static ImmutableArray<Fault> All { get; } = [ClockForward, ClockBack, UnreadLog, LowFileLimit];

    private static Fault ClockForward => Step("forward by two years", "+730d") with
    {
        Signs =
        [
            Sign.IsBelow("certificates", "certificate_days_left", 0, ("name", "etcd-healthcheck-client")),
            Sign.Is("members", "client_credentials_load_failure", 1, ("reason", "expired")),
        ],
        Alerts = ["CertificateExpiringCritical"],
        Remark = "Certificates are judged by the clock of the node. Polls keep their rhythm. The open connection to the member stays "
            + "in use until it breaks.",
    };

    private static Fault ClockBack => Step("back by half an hour", "-30m") with
    {
        Signs = [Sign.Is("members", "member_up", 1), Sign.Is("members", "poll_success", 1, ("collector", "members"))],
        Remark = "Polls keep their rhythm, and due times of drives move with the clock.",
    };

    private static Fault UnreadLog => new("Nobody reads the log", "a pipe that is never read")
    {
        Signs = [Sign.Stays("process", "log_lines_dropped_total")],
        Remark = "Lines are dropped and counted; pages and polls go on.",
        Test = "WebInTroubleTests.A_log_pipe_that_nobody_reads_blocks_neither_pages_nor_polls_nor_the_end",
    };

    private static Fault LowFileLimit => new("The limit on open files is too low", "ulimit -n 64")
    {
        Signs = [],
        Alerts = ["SentinelAbsent"],
        Remark = "The program ends with exit code 1 and one sentence that names the limit.",
        Test = "WebInTroubleTests.Too_low_a_limit_on_open_files_is_one_sentence_and_1",
    };

    private static Fault Step(string direction, string by) => new(
        $"The clock steps {direction}", "libfaketime in the exporter's process")
    {
        Signs = [],
        Obstacle = () => FakedClock.Obstacle,
        ArrangeAsync = node =>
        {
            node.Clock = FakedClock.Of(node);
            return Task.CompletedTask;
        },
        InjectAsync = node => JumpAsync(node, by),
        HealAsync = node => JumpAsync(node, "+0"),
    };

    private static Task JumpAsync(FaultNode node, string by)
    {
        node.Clock!.Jump(by);
        return Task.CompletedTask;
    }
}
