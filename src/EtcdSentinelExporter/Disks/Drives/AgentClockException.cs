namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>A time in smart-agent's file is in the future.</summary>
internal sealed class AgentClockException(string message) : FormatException(message);
