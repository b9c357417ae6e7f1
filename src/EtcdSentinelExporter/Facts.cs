namespace EtcdSentinelExporter;

/// <summary>What several collectors must know, found out once and handed to each at its creation.</summary>
internal sealed record Facts;
