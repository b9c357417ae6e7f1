using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.Benchmarks;

/// <summary>A poll of certificate files: the first one, and one after which no file has changed.</summary>
public class CertificateBenchmarks
{
    private string _root = "";
    private FileScan? _scan;
    private ImmutableArray<ExpectedFile> _expected;
    private ImmutableArray<ExaminedFile> _before;

    [Params(30, 1_000)]
    public int Files { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        var pem = TestCertificate.Root("kubernetes").Issue("leaf").Pem;
        _root = Directory.CreateTempSubdirectory("certificates").FullName;
        for (var n = 0; n < Files; n++)
            await File.WriteAllTextAsync(Path.Combine(_root, $"{n:0000}.crt"), pem);
        // A file that was just written is read again.
        var clock = new FixedTime(TimeProvider.System.GetUtcNow().AddMinutes(1));
        _scan = new(new(_root, clock), new FileSweeper(TimeSpan.FromMinutes(1), TimeProvider.System), clock);
        _expected = [new("x", "/*.crt", FileRole.Unknown)];
        _before = (await _scan.ReadAsync(_expected, before: [], CancellationToken.None)).Examined;
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_root, recursive: true);

    [Benchmark]
    public async Task<int> First() =>
        (await _scan!.ReadAsync(_expected, before: [], CancellationToken.None)).Files.Length;

    [Benchmark]
    public async Task<int> Unchanged() =>
        (await _scan!.ReadAsync(_expected, _before, CancellationToken.None)).Files.Length;

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
