using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Recovery;

/// <summary>The plans of <c>recover nospace</c> and <c>recover fragmentation</c>.</summary>
/// <param name="facts">The cluster, as it was just read.</param>
/// <param name="state">What the collectors know: how etcd was started, and how far it is compacted.</param>
/// <param name="counts">Keys by resource, the most first; empty if unknown.</param>
internal sealed class SpacePlan(
    ClusterFacts facts, NodeState state, ImmutableArray<(string Resource, long Keys)> counts)
{
    public const string NoSpace = "nospace";
    public const string Fragmentation = "fragmentation";

    private string ClusterId => MemberFacts.Hex(facts.ClusterId);

    /// <param name="refusals">Why the steps must not be run now.</param>
    /// <param name="options">Options that the commands need.</param>
    public RecoveryPlan OfNoSpace(ImmutableArray<Refusal> refusals, ProgramOptions options) =>
        Plan(NoSpace, "Let etcd take writes again", refusals) with
        {
            Steps = IsKnown ? [.. Steps(options).OfNoSpace(facts.StartedVoters.Select(member => member.Id))] : [],
            Notes = [.. Notes(options), .. NotesOfNoSpace(options)],
        };

    /// <inheritdoc cref="OfNoSpace"/>
    public RecoveryPlan OfFragmentation(ImmutableArray<Refusal> refusals, ProgramOptions options) =>
        Plan(Fragmentation, "Free the unused pages of etcd's databases", refusals) with
        {
            Steps = IsKnown ? [.. Steps(options).OfFragmentation(Fragmented(facts))] : [],
            Notes = [.. Notes(options)],
        };

    /// <summary>Members in which a defragmentation frees something.</summary>
    public static IEnumerable<ulong> Fragmented(ClusterFacts facts) => facts.StartedVoters
        .Where(member => member.State?.Fragmentation >= MembersFindings.FragmentationWarning)
        .Select(member => member.Id);

    // Without an answer to Status there is nothing to build a step from, and a refusal says why.
    private bool IsKnown => facts.Members.Any(member => member.State is not null);

    private RecoveryPlan Plan(string verb, string title, ImmutableArray<Refusal> refusals) => new(verb, title)
    {
        ClusterId = ClusterId,
        Causes = [.. new SpaceCauses(facts, state, counts).All()],
        Refusals =
        [
            .. refusals.Select(one => new PlanRefusal(one.Code, $"{one.Reason}.", one.CanBeForced
                ? $"{one.Remedy}. Override: --force={one.Code}."
                : $"{one.Remedy}.")),
        ],
    };

    private SpaceSteps Steps(ProgramOptions options) => new(facts, state, Forms(options));

    private IEnumerable<string> Notes(ProgramOptions options) => Forms(options).Notes();

    private IEnumerable<string> NotesOfNoSpace(ProgramOptions options)
    {
        if (!facts.HasAlarm(MaintenanceClient.NoSpace))
            yield return "The alarm NOSPACE is not active now: nothing has to be disarmed.";
        yield return "Afterwards find the reason, or the alarm returns: etcd-sentinel-exporter runbook who-writes.";
        yield return "All of it by this program: etcd-sentinel-exporter recover nospace --execute --yes "
            + $"--snapshot=FILE{Execute(options)}{options.Settings}, with FILE on a disk that does not carry etcd.";
    }

    private CommandForms Forms(ProgramOptions options) => new(
        state.Etcd, facts.Members.Select(member => member.State?.Version).OfType<string>().FirstOrDefault() ?? "",
        options with { Execute = Execute(options) });

    private string Execute(ProgramOptions options) => $"{options.Execute} --cluster-id={ClusterId}";
}
