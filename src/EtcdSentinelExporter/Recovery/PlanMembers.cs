using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Addresses of members for printed commands, and the checks of all of them.</summary>
internal sealed class PlanMembers(ClusterFacts facts, CommandForms forms)
{
    private const string Status = "--command-timeout=15s endpoint status -w table";

    /// <summary>The member of this node, or the first one that answers.</summary>
    public MemberFacts Own { get; } =
        facts.Members.FirstOrDefault(member => member is { IsOwn: true, State: not null })
        ?? facts.Members.First(member => member.State is not null);

    public MemberAddress Voters => MemberAddress.All(facts.StartedVoters.Select(Address));

    public StepCheck AllAnswer => new("Every member answers.", forms.Here(Voters, Status));

    /// <summary>Empty where this program runs the step: it checks before and after each.</summary>
    public ImmutableArray<StepCheck> Checks(params ImmutableArray<StepCheck> checks) =>
        forms.IsByProgram ? [] : checks;

    public StepCheck StatusOf(MemberFacts member, string says) => new(says, forms.Here(Address(member), Status));

    public static MemberAddress Address(MemberFacts member) => new(
        member.Endpoint ?? member.ClientUrls.FirstOrDefault() ?? "",
        member.ClientUrls.FirstOrDefault(
            url => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && !parsed.IsLoopback)
            ?? member.ClientUrls.FirstOrDefault() ?? member.Endpoint ?? "");
}
