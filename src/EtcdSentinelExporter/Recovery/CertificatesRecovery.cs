using System.Globalization;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>The plan of <c>recover certificates</c>: what to renew on this node with which command, what must restart,
/// in which order, and what is not renewed by it.</summary>
internal static class CertificatesRecovery
{
    private const string Verb = "certificates";

    /// <param name="facts">All members of etcd; <see langword="null"/> if they could not be read.</param>
    /// <param name="options">Options that the commands need.</param>
    public static RecoveryPlan Of(NodeState state, ClusterFacts? facts, ProgramOptions options)
    {
        var plan = new RecoveryPlan(Verb, $"Renew the certificates of {state.Node}");
        if (state.Certificates is not { } reading || reading.Files.All(file => file.Certificates.IsEmpty))
        {
            return plan with
            {
                Refusals =
                [
                    new("unknown", "No certificate of this node was read.",
                        "Run it as root on a node of the control plane, or name the files with certificates.files."),
                ],
            };
        }
        var due = DueCertificate.Of(reading);
        return plan with
        {
            Causes = [.. Causes(reading, due)],
            Refusals = state.ExpectsEtcd && RenewalSteps.StopEtcd(reading, due) ? [.. StopRefusals.Of(facts)] : [],
            Steps = [.. new RenewalSteps(reading, due, state.ExpectsEtcd ? MembersAnswer(options) : null).All()],
            Notes = [.. Notes(reading)],
        };
    }

    private static StepCheck MembersAnswer(ProgramOptions options) => new(
        "All members of etcd answer: exit code 0.",
        $"etcd-sentinel-exporter recover certificates{options.Settings} >/dev/null");

    private static IEnumerable<string> Causes(CertificatesReading reading, ImmutableArray<DueCertificate> due)
    {
        yield return $"Distribution: {reading.Plan.Profile}.";
        foreach (var one in due.Where(one => one.IsDue))
            yield return one.Sentence(reading.At);
        if (!due.Any(one => one.IsDue) && due.FirstOrDefault() is { } next)
            yield return $"Nothing expires soon, so nothing has to be done. The next one: {next.Sentence(reading.At)}";
        foreach (var restart in reading.Restarts.Where(restart => restart.IsNeeded))
            yield return $"{restart.Component} started before {restart.File.Path} was changed: it uses the old one.";
    }

    private static IEnumerable<string> Notes(CertificatesReading reading)
    {
        foreach (var authority in DueCertificate.Authorities(reading))
        {
            yield return $"Not renewed by these steps: the CA {authority.Sentence(reading.At)} A new CA means new "
                + "certificates for everything that it signed.";
        }
        if (reading.Plan.Profile is not ("kubeadm" or "kubespray"))
            yield break;
        yield return "kubeadm does not renew: CAs (ca, front-proxy-ca, etcd-ca); kubelet's client certificate, which "
            + "kubelet renews by itself while the API server answers; kubelet's serving certificate; certificates of "
            + "an external etcd; copies of admin.conf on other machines; certificates that it did not create.";
        yield return "The key of service accounts (sa.key) does not expire.";
        yield return "One node after the other: the next one only when all components of this one run again.";
    }
}

/// <summary>A certificate and when it ends.</summary>
internal sealed record DueCertificate(FileReading File, CertificateReading Certificate, bool IsDue)
{
    /// <summary>Leaves, the next to expire first; those that expire soon are due.</summary>
    public static ImmutableArray<DueCertificate> Of(CertificatesReading reading) =>
        [.. All(reading, CertificateReading.Leaf)];

    public static IEnumerable<DueCertificate> Authorities(CertificatesReading reading) =>
        All(reading, CertificateReading.Authority).DistinctBy(one => one.File.Path, StringComparer.Ordinal);

    public string Sentence(DateTimeOffset now)
    {
        var days = Math.Round((Certificate.Facts.NotAfter - now).TotalDays, 1);
        var when = string.Create(
            CultureInfo.InvariantCulture, $"{Certificate.Facts.NotAfter:yyyy-MM-dd}");
        return days < 0
            ? string.Create(CultureInfo.InvariantCulture, $"{File.Name} ({File.Path}) expired on {when}.")
            : string.Create(CultureInfo.InvariantCulture, $"{File.Name} ({File.Path}) expires in {days} days, {when}.");
    }

    private static IEnumerable<DueCertificate> All(CertificatesReading reading, string kind) =>
        from file in reading.Files
        from certificate in file.Certificates
        where certificate.Kind == kind
        orderby certificate.Facts.NotAfter
        select new DueCertificate(file, certificate, Expiry.Of(file, certificate, reading.At) is not null);
}
