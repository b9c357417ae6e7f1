using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Polls one member at the first of its addresses that works.</summary>
/// <remarks>An advertised address may lead to another member, as that of a load balancer does. Its answers count only
/// if they are known to be from this member.</remarks>
/// <param name="addresses">The same member at each address, the preferred one first.</param>
/// <param name="installation">How this member was started; <see langword="null"/> if unknown.</param>
/// <param name="examine">Polls the member at one address, with its last reading.</param>
internal sealed class MemberAddresses(
    ImmutableArray<IMember> addresses, EtcdInstallation? installation,
    Func<IMember, MemberReading?, Task<MemberReading>> examine, TimeProvider clock)
{
    // etcd logs each connection that ends because its certificate has another name.
    private static readonly TimeSpan PreferredEvery = TimeSpan.FromMinutes(5);

    // etcd's own default.
    private const string DefaultName = "default";

    private IMember Preferred => addresses[0];

    /// <param name="before">The last reading, at any of the addresses; <see langword="null"/> at the first
    /// poll.</param>
    public async Task<MemberReading> ExamineAsync(MemberReading? before)
    {
        var current = addresses.FirstOrDefault(member => member.Endpoint == before?.Endpoint) ?? Preferred;
        if (current == Preferred)
            return await ExamineAsync(Preferred, before);
        if (before!.PreferredAskedAt is { } at && clock.GetUtcNow() - at < PreferredEvery)
            return await ExamineAsync(current, before);
        // The preferred address may take the rest of the poll to fail.
        var working = await ExamineAsync(current, before with { PreferredAskedAt = clock.GetUtcNow() });
        if (!working.IsUp || working.Endpoint != current.Endpoint)
            return working;
        var preferred = await examine(Preferred, before);
        return preferred.IsUp ? preferred : working;
    }

    private async Task<MemberReading> ExamineAsync(IMember current, MemberReading? before)
    {
        var first = (await examine(current, before)) with { PreferredAskedAt = before?.PreferredAskedAt };
        if (first.IsUp ? IsOwn(current, first, before, null) : !EtcdTarget.IsWrongAddress(first.Failure!.Reason))
            return first;
        var preferred = first;
        foreach (var member in addresses.Where(member => member != current))
        {
            var reading = await examine(member, before);
            if (member == Preferred)
                preferred = reading;
            if (reading.IsUp && IsOwn(member, reading, before, preferred.PageOf))
                return reading with { PreferredAskedAt = member == Preferred ? null : clock.GetUtcNow() };
        }
        // Answers of another member are not used, not even to say that this one is up.
        return first.IsUp ? preferred : first;
    }

    /// <param name="own">Member whose metrics page is at the preferred address: it may be readable where the client
    /// port is not.</param>
    private bool IsOwn(IMember member, MemberReading reading, MemberReading? before, ulong? own)
    {
        if (member == Preferred || IsLocal(member.Endpoint))
            return true;
        if (reading.Identity is not { MemberId: var id } || (reading.PageOf ?? id) != id)
            return false;
        return id == before?.Identity?.MemberId || id == own
            || reading.Peers?.NamesById.GetValueOrDefault(id) == (installation?.Name ?? DefaultName);
    }

    private bool IsLocal(string endpoint) =>
        EtcdUrl.Parse(endpoint).IsLoopback
        || installation?.ListenClientUrls.Contains(endpoint, StringComparer.Ordinal) == true;
}
