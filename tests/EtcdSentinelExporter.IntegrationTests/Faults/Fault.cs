using System.Collections.Immutable;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>One row of <c>docs/reliability.md</c>: what goes wrong on a node, and what the exporter shows of
/// it.</summary>
/// <param name="Name">Clause: "a member is killed".</param>
/// <param name="How">How the fault is made.</param>
internal sealed record Fault(string Name, string How)
{
    /// <summary>Collectors that poll a node.</summary>
    public static ImmutableArray<string> Collectors { get; } = ["members", "storage", "drives", "certificates"];

    public required ImmutableArray<Sign> Signs { get; init; }

    /// <summary>Alerts that fire if the fault lasts.</summary>
    public ImmutableArray<string> Alerts { get; init; } = [];

    /// <summary>What else there is to know; a sentence.</summary>
    public string Remark { get; init; } = "";

    /// <summary>The test that proves the row: <c>MembersInTroubleTests.A_member_…</c>; <see langword="null"/> if
    /// <see cref="FaultsTests"/> does.</summary>
    public string? Test { get; init; }

    /// <summary>Prepares the node before the exporter starts.</summary>
    public Func<FaultNode, Task> ArrangeAsync { get; init; } = _ => Task.CompletedTask;

    public Func<FaultNode, Task> InjectAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>Ends the fault.</summary>
    public Func<FaultNode, Task> HealAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>What no series of the exporter shows.</summary>
    public Func<FaultNode, Task> CheckAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>True if it takes longer than 15 seconds.</summary>
    public bool IsSlow { get; init; }

    /// <summary>True if the test is about something that never answers.</summary>
    public bool Hangs { get; init; }

    /// <summary>Why this machine cannot make the fault; <see langword="null"/> if it can.</summary>
    public Func<string?> Obstacle { get; init; } = () => null;

    /// <summary>Collectors that go on as before.</summary>
    public IEnumerable<string> Unaffected =>
        Collectors.Except(Signs.Select(sign => sign.Collector), StringComparer.Ordinal);
}
