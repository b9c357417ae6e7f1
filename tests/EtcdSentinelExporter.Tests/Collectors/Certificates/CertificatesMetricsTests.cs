using EtcdSentinelExporter.Collectors.Certificates;
using EtcdSentinelExporter.Pki;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Collectors.Certificates;

public sealed class CertificatesMetricsTests
{
    [Fact]
    public void A_healthy_node()
    {
        var reading = Some.Reading(Some.File, Some.Ca) with
        {
            Components = [new(Component.ControllerManager, Some.Noon.AddDays(-50))],
        };

        Golden.Match(CertificatesMetrics.Families.Text(reading.With(Some.Served)), "a-healthy-node.txt");
    }

    [Fact]
    public void A_node_where_everything_is_wrong()
    {
        var expired = Some.Leaf(daysLeft: -1.5, lifetime: 365) with
        {
            Problems = [new(LoadProblem.KeyMismatch, "x"), new(LoadProblem.Malformed, "y"), new(LoadProblem.Malformed, "z")],
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
        var reading = Some.Reading(expired, missing, hidden, optional, Some.Ca) with
        {
            Components = [new(Component.ControllerManager, Some.Noon.AddDays(-200))],
            LeftOut = new(9_000, 12),
        };

        Golden.Match(CertificatesMetrics.Families.Text(reading.With(
            Some.Served with { Leaf = Some.Facts with { Sha256 = new('b', 64) } },
            new(new(Component.Scheduler, "::1", 10259), Some.Noon, Leaf: null, "refused"))), "a-node-where-everything-is-wrong.txt");
    }
}
