using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>A problem with a file of certificates or keys.</summary>
/// <param name="Reason">One of the constants below; usable as a label value.</param>
/// <param name="Message">Names the file and the remedy; never contains file content.</param>
/// <remarks>Decided in <c>Pem/CertificateFile</c> (content), <c>Files/FileExaminer</c> (file, access, key mismatch),
/// <c>Files/KubeconfigContents</c> (kubeconfig), <see cref="PrivateKeyFile"/>, and for the client's own pair in
/// <c>Pem/TlsContents</c> and <c>Pem/TlsIdentitySource</c>. <c>Host/HostFile</c> has the reasons why no file is opened.
/// What is wrong between two certificates, such as LeafNotIssuedByCA, is a finding and no reason.</remarks>
internal sealed record LoadProblem(string Reason, string Message)
{
    private const int MaxMessageLength = 1_000;

    public const string Missing = "missing";
    public const string NoFolder = "no_folder";
    public const string Forbidden = "forbidden";
    public const string Unreadable = "unreadable";
    public const string Empty = "empty";
    public const string Torn = "torn";
    public const string Malformed = "malformed";
    public const string NoCertificate = "no_certificate";
    public const string TooMany = "too_many";
    public const string Hangs = "hangs";
    public const string OutOfTime = "out_of_time";
    public const string ReferenceMissing = "reference_missing";
    public const string Encrypted = "encrypted";
    public const string KeyMismatch = "key_mismatch";
    public const string KeyUnsupported = "key_unsupported";
    public const string Expired = "expired";
    public const string NotYetValid = "not_yet_valid";

    /// <summary>All reasons that make a TLS identity unusable.</summary>
    public static ImmutableArray<string> Reasons { get; } =
    [
        Missing, Forbidden, Unreadable, Empty, Torn, Malformed, NoCertificate, TooMany, Encrypted, KeyMismatch,
        KeyUnsupported, Expired, NotYetValid,
    ];

    /// <summary>All reasons for problems of certificate files.</summary>
    public static ImmutableArray<string> FileReasons { get; } =
    [
        Missing, NoFolder, Forbidden, Unreadable, Empty, Torn, Malformed, NoCertificate, TooMany, KeyMismatch,
        ReferenceMissing, Hangs, OutOfTime,
        FileRefusedException.NotAFile, FileRefusedException.TooLarge, FileRefusedException.TooManyLinks,
    ];

    /// <summary>The message on one line, with unsafe characters replaced: paths in it are untrusted text.</summary>
    public string Message { get; } = DisplayText.Of(Message, MaxMessageLength);
}
