using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Host;

/// <summary>Registers the services that read the host's files. <see cref="NodeRoots"/> and a <see cref="TimeProvider"/>
/// must be registered.</summary>
internal static class HostServices
{
    private const int MaxFileBytes = 1 << 20;

    public static IServiceCollection AddHostFiles(this IServiceCollection services)
    {
        services.TryAddSingleton(new HostTimeouts());
        services.TryAddSingleton(provider =>
        {
            var root = provider.GetRequiredService<NodeRoots>().Root;
            return new TimedReads(
                path => root.Read(path, MaxFileBytes), provider.GetRequiredService<HostTimeouts>().FileRead,
                provider.GetRequiredService<TimeProvider>());
        });
        return services;
    }
}

/// <summary>Timeouts for reading the host's files that no setting changes.</summary>
internal sealed record HostTimeouts
{
    /// <summary>Timeout for one file that a handshake, a call or a scrape needs.</summary>
    public TimeSpan FileRead { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>The three trees of the host's files.</summary>
internal sealed record NodeRoots(HostFiles Root, HostFiles Proc, HostFiles Sys);
