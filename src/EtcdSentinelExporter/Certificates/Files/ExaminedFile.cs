using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>The reading of one file, with what a later poll needs to decide if it is still valid.</summary>
/// <param name="Expected">What the file was expected to contain.</param>
/// <param name="States">State of each file that was read for it; empty if one is not known.</param>
/// <param name="At">Time before the first read.</param>
internal sealed record ExaminedFile(
    ExpectedFile Expected, FileReading Reading, ImmutableArray<FileState> States, DateTimeOffset At)
{
    // A file system may show changes in no version. So each file is read at least this often.
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    // Two writes within one tick of a clock give one version: 10 ms in the kernel, 2 s on some file systems.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>A reading without a file; it is not used again.</summary>
    public static ExaminedFile Once(ExpectedFile expected, FileReading reading) => new(expected, reading, [], default);

    /// <summary>True if the reading is valid for a poll at that time, as long as no file has changed.</summary>
    /// <param name="maxCertificates">Maximum number of certificates to read.</param>
    /// <remarks>After a step of the clock the age is not known, so the file is read again.</remarks>
    public bool IsValidFor(ExpectedFile expected, int maxCertificates, DateTimeOffset now) =>
        IsWhole && States.All(IsSettled)
        && now >= At && now < At + MaxAge
        && Expected.Role == expected.Role && Expected.CaFile == expected.CaFile
        && Reading.Certificates.Length <= maxCertificates;

    /// <summary>The same reading for a file that may be expected by others now.</summary>
    public ExaminedFile For(ExpectedFile expected) =>
        Expected.IsRequired == expected.IsRequired && Expected.ReadAtStartBy.SequenceEqual(expected.ReadAtStartBy)
            ? this
            : this with
            {
                Expected = expected,
                Reading = Reading with { IsRequired = expected.IsRequired, ReadAtStartBy = expected.ReadAtStartBy },
            };

    private bool IsWhole => !States.IsEmpty && Reading is
    {
        IsLoaded: true,
        MayBeHalfWritten: false,
        HasNoCertificates: false,
    };

    private bool IsSettled(FileState state) => state.Version is not { Changed.Seconds: var changed }
        || changed < (At - Settling).ToUnixTimeSeconds();
}
