using System.Globalization;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Problems that can be found on one node. CAs that differ between nodes are found by the alert
/// rules.</summary>
internal static class CertificatesFindings
{
    // Clocks of machines differ slightly.
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(1);

    public static IEnumerable<Finding> Judge(CertificatesReading reading) =>
        reading.Files.SelectMany(file => OfFile(reading, file))
            .Concat(reading.Served.SelectMany(served => OfServed(reading, served)))
            .Concat(reading.Restarts.Where(restart => restart.IsNeeded).Select(restart => OfRestart(reading, restart)));

    private static IEnumerable<Finding> OfFile(CertificatesReading reading, FileReading file)
    {
        if (file is { IsPresent: false, IsRequired: true })
        {
            yield return new("CertificateFileMissing", Severity.Warning, file.Path,
                Summary: $"{file.Name} is expected on this node and does not exist.",
                NextStep: Remedy.Of(reading.Plan.Profile, file).Restore);
        }
        else if (!file.Problems.IsEmpty)
        {
            yield return new("CertificateUnreadable", Severity.Warning, file.Path,
                Summary: $"{file.Name} has a problem ({file.Problems[0].Reason}): {file.Problems[0].Message}",
                NextStep: "Repair the file; it is read again within a minute.");
        }
        if (file.IssuedBy is { IsValid: false } by)
        {
            yield return new("LeafNotIssuedByCA", Severity.Warning, file.Path,
                Summary: $"{file.Name} was not signed by the CA in {by.CaFile}.",
                NextStep: Remedy.Of(reading.Plan.Profile, file).Renew);
        }
        foreach (var finding in file.Certificates.SelectMany(certificate => OfCertificate(reading, file, certificate)))
            yield return finding;
    }

    // A chain is a copy of a CA that is checked in its own file: one CA that expires must not cause twenty findings. No
    // client verifies a certificate that kubelet made for itself, and an unused CA verifies none.
    private static IEnumerable<Finding> OfCertificate(
        CertificatesReading reading, FileReading file, CertificateReading certificate)
    {
        if (certificate.Kind is not (CertificateReading.Leaf or CertificateReading.Authority))
            yield break;
        if (certificate.Facts.NotBefore > reading.At + ClockSlack)
        {
            yield return new("CertificateNotYetValid", Severity.Warning, file.Path,
                Summary: $"{file.Name} is not valid before {certificate.Facts.NotBefore:u}.",
                NextStep: "Compare the clocks of this node and of the one that issued the certificate.");
        }
        if (Expiry.Of(file, certificate, reading.At) is { } expiry)
        {
            yield return new(expiry.Code, expiry.Severity, file.Path,
                Summary: $"{file.Name} {Ends(certificate.Facts, reading.At)}.",
                NextStep: Remedy.Of(reading.Plan.Profile, file).Renew);
        }
    }

    private static IEnumerable<Finding> OfServed(CertificatesReading reading, ServedReading served)
    {
        var listener = $"{served.Listener.Name} ({served.Listener.Address})";
        var component = ComponentOf(served.Listener.Name);
        if (served is { MatchesFile: false, File: { } file }
            && !reading.Restarts.Any(
                restart => restart.IsNeeded && restart.Component == component && restart.File.Name == file.Name))
        {
            yield return new("ComponentRestartNeeded", Severity.Warning, listener,
                Summary: $"{served.Listener.Name} does not serve the leaf in {file.Path}: it was renewed, and the "
                    + "server has not reloaded it.",
                NextStep: Restart.Of(reading.Plan, component));
        }
        if (served is { Kind: CertificateReading.Leaf, Leaf: { } leaf } && Expiry.OfServed(leaf, reading.At))
        {
            yield return new("ServedCertificateExpiring", Severity.Critical, listener,
                Summary: $"The certificate that {served.Listener.Name} serves {Ends(leaf, reading.At)}.",
                NextStep: served.File is { } own
                    ? Remedy.Of(reading.Plan.Profile, own).Renew
                    : Restart.Of(reading.Plan, component));
        }
    }

    private static Finding OfRestart(CertificatesReading reading, RestartReading restart) =>
        new("ComponentRestartNeeded", Severity.Warning, restart.Component,
            Summary: $"{restart.File.Path} changed after {restart.Component} started, and it is read only at startup.",
            NextStep: Restart.Of(reading.Plan, restart.Component));

    private static string ComponentOf(string listener) =>
        listener is "etcd-client" or "etcd-peer" ? Component.Etcd : listener;

    private static string Ends(CertificateFacts facts, DateTimeOffset now)
    {
        var days = (facts.NotAfter - now).TotalDays.ToString("0.#", CultureInfo.InvariantCulture);
        return facts.NotAfter <= now
            ? $"expired at {facts.NotAfter:u}"
            : $"expires in {days} days, at {facts.NotAfter:u}";
    }
}
