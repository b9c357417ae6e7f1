namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Limits how many certificates are read for one file: from the file itself and from files that it
/// references.</summary>
/// <param name="total">What is left of the limit for all files together.</param>
internal sealed class CertificateBudget(int total)
{
    private int _ofFile = CertificateFile.MaxCertificates;
    private int _total = Math.Max(0, total);

    /// <summary>True if the limit per file is reached.</summary>
    public bool IsFull => _ofFile == 0;

    /// <summary>Number of certificates skipped because of the limit for all files together.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Reserves certificates to read.</summary>
    /// <param name="isTooMany">True if the limit per file is exceeded.</param>
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
