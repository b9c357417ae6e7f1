using System.Security.Cryptography;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>A certificate and its key, the same in every run. The key is the number 1, so it is no secret.</summary>
internal static class KnownCertificate
{
    public static byte[] Der { get; } = Convert.FromBase64String(
        "MIIBazCCARCgAwIBAgICEjQwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHZXRjZC1jYTAeFw0yNjAxMDEwMDAwMDBaFw0yNzAx"
        + "MDEwMDAwMDBaMBwxCzAJBgNVBAYTAkRFMQ0wCwYDVQQDDARldGNkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEs"
        + "Qkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9aNMMEowDwYDVR0TAQH/"
        + "BAUwAwEB/zA3BgNVHREEMDAugglhLmV4YW1wbGWHEAAAAAAAAAAAAAAAAAAAAAGBA2FAYoYKc3BpZmZlOi8vYTAKBggqhkjO"
        + "PQQDAgNJADBGAiEAlWwgQt3qDDbIa0A0LzJNz2B1eYlUD+RkQ4tiS5t2VQ8CIQCPvLS8/amSBbbtJk+swXx2EBe1spLrhgoL"
        + "HEnu54b0hA==");

    public static byte[] KeyDer { get; } = Convert.FromBase64String(
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGhRANC"
        + "AARrF9Hy4SxCR/i85uVjpEDydwN9gS3rM6D0oTlF2JjClk/jQuL+Gn+bjufrSnwPnhYrzjNXazFezsu2QGg3v1H1");

    // 512 bits: a real key is longer.
    private static readonly byte[] SmallRsaKey = Convert.FromBase64String(
        "MIIBOgIBAAJBAJwW9DEd777JfCXnemQnELtNFjLyiGBeH7ERh/Tkdd166YNFyDrTnm7dkuQI2ww2q7zhXa+bH/Nlf6l+YJxD"
        + "k9UCAwEAAQJAXPhDDDpTgSTLYFxGhv7JtXYNwdy5pASMBdB2VUP6fCb6Xn3R0N/b2q7aBUvsMKZGZfXUpd4uK5Psbpl4/n6a"
        + "IQIhAMwxkgbbi/3mz++V2iVEBEw2ZCp3eo5Gvd5G+K5dVtBJAiEAw7EEn2puTyj8vvKDF2rAkxxZcNDlPJHt8OSrsn7HPy0C"
        + "IQCXOT8EhSQwbfghX8GnR7BHISEdsk65f/qt27HgsI/SwQIgdCkBq3dL32VfEiF2O1I82ZY8aUE2scuVyCaU3LFwqEkCIGZX"
        + "UoPg0niQoPKUSPvnwXSOF0lneR95jOWhdsXTJBzL");

    public static string Pem { get; } = PemEncoding.WriteString("CERTIFICATE", Der) + "\n";

    public static string KeyPem { get; } = PemEncoding.WriteString("PRIVATE KEY", KeyDer) + "\n";

    public static string SmallKeyPem { get; } = PemEncoding.WriteString("RSA PRIVATE KEY", SmallRsaKey) + "\n";
}
