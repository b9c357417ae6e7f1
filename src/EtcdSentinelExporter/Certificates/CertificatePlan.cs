using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;

namespace EtcdSentinelExporter.Certificates;

/// <summary>What there is to look at on this node.</summary>
/// <param name="Profile">The profile in use.</param>
/// <param name="Files">Paths may still be patterns.</param>
/// <param name="Listeners">Who is dialled.</param>
/// <param name="Components">Those that run here, each with its process and the words that mark it.</param>
internal sealed record CertificatePlan(
    string Profile, ImmutableArray<ExpectedFile> Files, ImmutableArray<TlsListener> Listeners,
    ImmutableArray<ExpectedProcess> Components)
{
    /// <summary>So many files are read in a poll: a pattern that matches a whole disk must not cost one.</summary>
    public const int MaxFiles = 1_000;

    /// <summary>So many certificates are read and shown: each is four series.</summary>
    public const int MaxCertificates = 2_000;
}

/// <param name="Component">Value of the <c>component</c> label.</param>
/// <param name="Process">Name of the process.</param>
/// <param name="Words">Words of its command line, as its manifest has them; they tell it from others of that
/// name.</param>
internal sealed record ExpectedProcess(string Component, string Process, ImmutableArray<string> Words)
{
    /// <summary>The systemd unit that starts it; <see langword="null"/> where it is no unit of its own.</summary>
    public string? Unit { get; init; }
}
