using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Memory;

/// <summary>The largest inputs that the exporter accepts, under the limit of its heap.</summary>
public sealed class LargestInputsTests
{
    private const int Files = 1000;

    private const int MaxAnswer = 256 * 1024;

    private const int MetricsPageSize = 16 << 20;

    [Fact]
    public async Task Polls_of_two_thousand_certificates_and_the_largest_answers_succeed_within_96_MiB()
    {
        var folder = Directory.CreateTempSubdirectory("largest-").FullName;
        try
        {
            WriteCertificates(folder);
            var answer = FakeEtcd.Frame(LargestAnswer());
            await using var etcd = await FakeEtcd.StartAsync(http => FakeEtcd.AnswerAsync(http, answer, "0"));
            await using var page = await FakeEtcd.StartAsync(WriteMetricsAsync, HttpProtocols.Http1);
            await using var sentinel = await Sentinel.StartAsync(
                folder, $"--etcd.endpoints={etcd.Endpoint}", $"--etcd.metrics-url={page.Endpoint}/metrics",
                $"--certificates.files={folder}/*.crt", "--certificates.every=2s", "--certificates.timeout=2s");

            var read = await sentinel.WaitAsync(
                scrape => etcd.Requests > 10 && page.Requests > 2
                    && scrape.Value("etcd_sentinel_poll_success", "certificates") == 1,
                "several polls of all that is large are over");

            Assert.Equal(1, read.Value("etcd_sentinel_poll_success", "members"));
            Assert.Equal(0, read.Value("etcd_sentinel_polls_total", "members", "failure"));
            Assert.Equal(0, read.Value("etcd_sentinel_polls_total", "certificates", "failure"));
            Assert.Equal(2 * Files, read.Text.Split("\netcd_sentinel_certificate_days_left{").Length - 1);
            Assert.InRange(await sentinel.AnonymousBytesAsync(), 1 << 20, 128L << 20);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Members or keys without content: of all answers the one that takes the most memory.
    private static byte[] LargestAnswer()
    {
        var answer = new byte[MaxAnswer];
        for (var at = 0; at < answer.Length; at += 2)
            answer[at] = 0x12;
        return answer;
    }

    private static async Task WriteMetricsAsync(HttpContext http)
    {
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i =>
            $"etcd_debugging_family_{i.ToString(CultureInfo.InvariantCulture)}{{label=\"value\"}} 1.5\n")));
        for (var written = 0; written < MetricsPageSize; written += lines.Length)
            await http.Response.Body.WriteAsync(lines, http.RequestAborted);
    }

    private static void WriteCertificates(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var pair = string.Join('\n', new[] { "one", "two" }.Select(name =>
        {
            using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(now.AddDays(-1), now.AddDays(365));
            return certificate.ExportCertificatePem();
        }));
        for (var i = 0; i < Files; i++)
            File.WriteAllText(Path.Combine(folder, $"{i.ToString(CultureInfo.InvariantCulture)}.crt"), pair);
    }
}
