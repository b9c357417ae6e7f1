namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>How to find the process of a component.</summary>
/// <param name="Component">Value of the <c>component</c> label.</param>
/// <param name="Process">Name of the process.</param>
/// <param name="Words">Words of the command line in its manifest; they distinguish it from other processes with the
/// same name.</param>
internal sealed record ExpectedProcess(string Component, string Process, ImmutableArray<string> Words)
{
    /// <summary>The systemd unit of the process; <see langword="null"/> if it has no unit of its own.</summary>
    public string? Unit { get; init; }
}
