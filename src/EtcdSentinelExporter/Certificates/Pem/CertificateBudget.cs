namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>How many certificates may still be read for one file: out of itself, and out of files that it
/// names.</summary>
/// <param name="total">How many there is room for beside those of other files.</param>
internal sealed class CertificateBudget(int total)
{
    private int _ofFile = CertificateFile.MaxCertificates;
    private int _total = Math.Max(0, total);

    /// <summary>Whether the file's own share is used up.</summary>
    public bool IsFull => _ofFile == 0;

    /// <summary>Those that the file might have, but that there was no room for beside those of other files.</summary>
    public int LeftOut { get; private set; }

    /// <param name="isTooMany">Whether it is more than any file may have.</param>
    /// <returns>How many may be read.</returns>
    public int Take(int wanted, out bool isTooMany)
    {
        isTooMany = wanted > _ofFile;
        var allowed = Math.Min(wanted, _ofFile);
        var taken = Math.Min(allowed, _total);
        _ofFile -= allowed;
        _total -= taken;
        LeftOut += allowed - taken;
        return taken;
    }
}
