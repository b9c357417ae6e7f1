namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Recognizes the algorithm of a private key in PKCS#8 by its object identifier.</summary>
internal static class KeyAlgorithm
{
    /// <summary>id-Ed25519 or id-Ed448: 1.3.101.112 or .113.</summary>
    public static bool IsEdwards(ReadOnlySpan<byte> der)
    {
        var start = der[..Math.Min(der.Length, 20)];
        return start.IndexOf<byte>([0x06, 0x03, 0x2B, 0x65, 0x70]) >= 0
            || start.IndexOf<byte>([0x06, 0x03, 0x2B, 0x65, 0x71]) >= 0;
    }

    /// <summary>id-ecPublicKey: 1.2.840.10045.2.1.</summary>
    public static bool IsEc(ReadOnlySpan<byte> der) =>
        der[..Math.Min(der.Length, 40)].IndexOf<byte>([0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]) >= 0;
}
