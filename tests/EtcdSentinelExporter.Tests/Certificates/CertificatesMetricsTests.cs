using System.Text.RegularExpressions;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

public sealed class CertificatesMetricsTests
{
    [Fact]
    public void A_healthy_node()
    {
        var reading = SomeCertificates.Reading(SomeCertificates.File, SomeCertificates.Ca) with
        {
            Components = [new(Component.ControllerManager, SomeCertificates.Noon.AddDays(-50))],
        };

        Golden.Match(CertificatesMetrics.Families.Text(reading.With(SomeCertificates.Served)), "a-healthy-node.txt");
    }

    [Fact]
    public void Paths_are_cleaned_and_those_that_begin_alike_stay_two()
    {
        var path = "/" + new string('x', 256);
        var text = CertificatesMetrics.Families.Text(SomeCertificates.Reading(
            SomeCertificates.File with { Path = path + "1" }, SomeCertificates.File with { Path = path + "2" },
            SomeCertificates.File with { Path = "/a\u202Eb" }));

        var paths = Regex.Matches(text, "certificate_load_success\\{name=\"apiserver\",path=\"([^\"]*)\"")
            .Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(3, paths.Distinct(StringComparer.Ordinal).Count());
        Assert.All(paths, one => Assert.InRange(one.Length, 1, 256 + 9));
        Assert.DoesNotContain('\u202E', text);
    }

    [Fact]
    public void Every_reason_is_in_the_list_of_its_metric()
    {
        var constants = typeof(LoadProblem).GetFields().Concat(typeof(FileRefusedException).GetFields())
            .Where(field => field.IsLiteral && field.FieldType == typeof(string))
                .Select(field => (string)field.GetRawConstantValue()!);

        // No file of certificates is encrypted, only keys are loaded, and dates have series of their own.
        Assert.Equal(
            [LoadProblem.Encrypted, LoadProblem.KeyUnsupported, LoadProblem.Expired, LoadProblem.NotYetValid],
            constants.Except(LoadProblem.FileReasons, StringComparer.Ordinal));
    }

    [Fact]
    public void A_message_is_one_line_of_bounded_length()
    {
        var message = new LoadProblem(LoadProblem.Missing, "/a\n\u001B[2J" + new string('x', 5_000)).Message;

        Assert.Equal(1_000, message.Length);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void A_node_where_everything_is_wrong()
    {
        var expired = SomeCertificates.Leaf(daysLeft: -1.5, lifetime: 365) with
        {
            Problems = [new(LoadProblem.KeyMismatch, "x"), new(LoadProblem.Malformed, "y"),
                new(LoadProblem.Malformed, "z")],
            IssuedBy = ("/etc/kubernetes/pki/ca.crt", false),
        };
        var missing = new FileReading("scheduler.conf", "/etc/kubernetes/scheduler.conf")
        {
            IsRequired = true,
            IsPresent = false,
            Problems = [new(LoadProblem.Missing, "x")],
        };
        var hidden = new FileReading("admin.conf", "/etc/kubernetes/admin.conf")
        {
            Problems = [new(LoadProblem.Forbidden, "x")],
        };
        var optional = new FileReading("super-admin.conf", "/etc/kubernetes/super-admin.conf") { IsPresent = false };
        var reading = SomeCertificates.Reading(expired, missing, hidden, optional, SomeCertificates.Ca) with
        {
            Components = [new(Component.ControllerManager, SomeCertificates.Noon.AddDays(-200))],
            LeftOut = new(9_000, 12),
        };

        Golden.Match(CertificatesMetrics.Families.Text(reading.With(
            SomeCertificates.Served with { Leaf = SomeCertificates.Facts with { Sha256 = new('b', 64) } },
            new(new(Component.Scheduler, "::1", 10259), SomeCertificates.Noon, Leaf: null, "refused"))),
                "a-node-where-everything-is-wrong.txt");
    }
}
