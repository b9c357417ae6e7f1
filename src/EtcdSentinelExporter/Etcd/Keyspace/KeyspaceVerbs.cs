using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Registers what the verbs <c>writers</c> and <c>keys</c> need.</summary>
internal static class KeyspaceVerbs
{
    // 16 values of the largest size that etcd accepts by default.
    private const int MaxMessage = 32 << 20;

    public static IServiceCollection AddKeyspaceVerbs(this IServiceCollection services)
    {
        services.AddEtcdDiscovery().AddEtcdClient().TryAddSingleton(new KeyspaceTimeouts());
        services.TryAddSingleton(provider => new KeyspaceLinks(ClientServices.LinksOf(
            provider, provider.GetRequiredService<PageAllowance>(), MaxMessage)));
        services.TryAddSingleton(provider => new KeyspaceQuestions(
            new(
                provider.GetRequiredService<EtcdOnNode>().GetAsync, provider.GetRequiredService<EtcdOverrides>(),
                provider.GetRequiredService<KeyspaceLinks>(), provider.GetRequiredService<KeyspaceTimeouts>(),
                provider.GetRequiredService<TimeProvider>()),
            KeyspaceCollector.RootsOf(
                provider.GetRequiredService<NodeRoots>(), provider.GetRequiredService<SettingValues>()),
            provider.GetRequiredService<KeyspaceTimeouts>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}

/// <summary>Questions about keys that somebody asks once.</summary>
/// <param name="roots">Where API servers may store their keys.</param>
internal sealed class KeyspaceQuestions(
    FollowerSearch search, Func<ImmutableArray<string>> roots, KeyspaceTimeouts timeouts, TimeProvider clock)
{
    /// <summary>Finds a follower that may be asked now.</summary>
    /// <returns>The follower; and why it must not be asked, or <see langword="null"/>.</returns>
    /// <inheritdoc cref="FollowerSearch.FindAsync"/>
    public async Task<(Follower Follower, string? Refusal)> FindAsync(CancellationToken cancellationToken)
    {
        var follower = await search.FindAsync(cancellationToken);
        var (skip, _) = await new KeyspaceTurn(follower.Member, timeouts, isOneShot: true, clock)
            .SkipAsync(before: null, cancellationToken);
        return (follower, skip is null ? null : $"{follower.Member.Endpoint}: {KeyspaceSkip.Describe(skip)}");
    }

    /// <summary>The first prefix of an API server that has namespaces; <see langword="null"/> without
    /// Kubernetes.</summary>
    public async Task<string?> RootAsync(IKeyspaceMember member, CancellationToken cancellationToken)
    {
        foreach (var root in roots())
        {
            var range = KeyRange.OfPrefix($"{root}{KubernetesResources.Namespaces}/");
            if ((await member.RangeAsync(range, names: 0, cancellationToken)).Count > 0)
                return root;
        }
        return null;
    }

    /// <summary>Turns keys into names.</summary>
    /// <param name="root">See <see cref="RootAsync"/>.</param>
    public static KeyNames Names(string? root) =>
        (KeyspaceMap.Empty with { Roots = root is null ? [] : [root] }).Names;

    /// <summary>Where a resource is below the root.</summary>
    /// <param name="resource">As kubectl names it (<c>pods</c>, <c>deployments.apps</c>), or as the metrics do
    /// (<c>apps/deployments</c>).</param>
    public static string PathOf(string resource) =>
        KubernetesResources.All.FirstOrDefault(known => known.Name == resource || IsNamed(known.Name, resource))?.Path
        ?? (resource.Split('.', 2) is [var plural, var group] && !resource.Contains('/', StringComparison.Ordinal)
            ? $"{group}/{plural}"
            : resource);

    private static bool IsNamed(string name, string resource) => name.Split('/') is [var group, var plural]
        && (plural == resource || $"{plural}.{group}" == resource);
}
