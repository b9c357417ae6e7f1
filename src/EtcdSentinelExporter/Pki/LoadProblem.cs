using System.Collections.Immutable;

namespace EtcdSentinelExporter.Pki;

/// <summary>Something that is wrong with a file of certificates or keys.</summary>
/// <param name="Reason">One out of the closed list below; fit for a label.</param>
/// <param name="Message">One line that names the file and the remedy; never holds file content.</param>
internal sealed record LoadProblem(string Reason, string Message)
{
    public const string Missing = "missing";
    public const string Forbidden = "forbidden";
    public const string Unreadable = "unreadable";
    public const string Empty = "empty";
    public const string Torn = "torn";
    public const string Malformed = "malformed";
    public const string NoCertificate = "no_certificate";
    public const string TooMany = "too_many";
    public const string Hangs = "hangs";
    public const string ReferenceMissing = "reference_missing";
    public const string Encrypted = "encrypted";
    public const string KeyMismatch = "key_mismatch";
    public const string Expired = "expired";
    public const string NotYetValid = "not_yet_valid";

    /// <summary>Every reason there is.</summary>
    public static ImmutableArray<string> Reasons { get; } =
        [Missing, Forbidden, Unreadable, Empty, Torn, Malformed, Encrypted, KeyMismatch, Expired, NotYetValid];
}
