using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Reloads the web configuration at each poll, also without requests.</summary>
internal sealed class WebConfigProbe(WebConfigSource config, RefusedRequests refused) : IProbe<WebConfigReading>
{
    public ValueTask<WebConfigReading> ReadAsync(WebConfigReading? previous, CancellationToken cancellationToken)
    {
        var isValid = config.Refresh();
        return ValueTask.FromResult(new WebConfigReading(
            isValid, config.LastValidAt, config.NotBefore, config.NotAfter,
            refused.Unauthorized, config.HasTls ? config.Refusals.Count : null, refused.Throttled));
    }
}
