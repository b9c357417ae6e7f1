using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Cli;

/// <summary>What the program tells about itself.</summary>
internal static class OwnCollectors
{
    public static IEnumerable<Collector> Of(
        WebConfigSource? web, AccessGuard? guard, Func<long> droppedLogLines, TimeProvider clock)
    {
        yield return ProcessCollector.Create(droppedLogLines, clock);
        if (web is not null && guard is not null)
            yield return WebConfigCollector.Create(web, guard, clock);
    }
}
