using System.Collections.Immutable;

namespace EtcdSentinelExporter.Certificates.Profiles;

/// <param name="Component">Value of the <c>component</c> label.</param>
/// <param name="Process">Name of the process.</param>
/// <param name="Words">Words of its command line, as its manifest has them; they tell it from others of that
/// name.</param>
internal sealed record ExpectedProcess(string Component, string Process, ImmutableArray<string> Words)
{
    /// <summary>The systemd unit that starts it; <see langword="null"/> where it is no unit of its own.</summary>
    public string? Unit { get; init; }
}
