namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>What is between the exporter and a member, and can lose everything that they send.</summary>
internal interface ILossyNetwork : IAsyncDisposable
{
    /// <summary>Port of 127.0.0.1 where the exporter reaches the member.</summary>
    int Port { get; }

    /// <summary>Begins or ends to lose everything.</summary>
    Task LoseAsync(bool everything);
}
