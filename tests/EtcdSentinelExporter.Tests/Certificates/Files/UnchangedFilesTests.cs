using System.Globalization;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Files;

/// <summary>Which files a poll reads again. A reading that is used again is the same object.</summary>
public sealed class UnchangedFilesTests : IDisposable
{
    private const string Path = "/pki/a.crt";
    private const string Ca = "/pki/ca.crt";

    private static readonly TestCertificate Old = PemNode.Ca.Issue("same");
    private static readonly TestCertificate Renewed = PemNode.Ca.Issue("same");
    private static readonly DateTime Written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TempNode _node = new();

    // A minute after the files were written.
    private readonly MovedClock _clock = new() { By = TimeSpan.FromMinutes(1) };

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_file_that_has_not_changed_is_not_read_again()
    {
        var before = await ReadAsync(Certificate());

        _clock.By += TimeSpan.FromMinutes(58);

        Assert.Same(before.Reading, (await ReadAsync(before)).Reading);
    }

    [Fact]
    public async Task After_an_hour_it_is_read_again()
    {
        var before = await ReadAsync(Certificate());

        _clock.By += TimeSpan.FromHours(1);

        Assert.NotSame(before.Reading, (await ReadAsync(before)).Reading);
    }

    [Fact]
    public async Task The_hour_counts_from_the_last_read_and_not_from_the_last_poll()
    {
        var before = await ReadAsync(Certificate());
        _clock.By += TimeSpan.FromMinutes(40);
        var reused = await ReadAsync(before);
        _clock.By += TimeSpan.FromMinutes(40);

        Assert.NotSame(before.Reading, (await ReadAsync(reused)).Reading);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(90)]
    public async Task After_a_step_of_the_clock_it_is_read_again(int minutes)
    {
        var before = await ReadAsync(Certificate());

        _clock.By += TimeSpan.FromMinutes(minutes);

        Assert.NotSame(before.Reading, (await ReadAsync(before)).Reading);
    }

    // Within one tick of the kernel's clock, a second write may leave everything as it was.
    [Fact]
    public async Task A_file_written_a_moment_before_it_was_read_is_read_again()
    {
        _node.With(Path, Old.Pem);
        _clock.By = TimeSpan.Zero;
        var before = await ReadAsync(before: null);

        Assert.NotSame(before.Reading, (await ReadAsync(before)).Reading);
    }

    [Fact]
    public async Task A_rewrite_in_place_with_the_same_size_and_time_is_read()
    {
        var before = await ReadAsync(Certificate());

        Rewrite(Path, Padded(Renewed.Pem));

        Assert.Equal(Sha(Renewed), (await ReadAsync(before)).Reading.Leaf!.Sha256);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_swapped_link_to_a_file_of_the_same_size_and_time_is_followed(bool isVolume)
    {
        // As in a volume of Kubernetes, and as kubelet renews its certificate.
        var (link, old, next) = isVolume
            ? ("..data", "..1/tls.crt", "..2/tls.crt")
            : ("kubelet-client-current.pem", "old.pem", "new.pem");
        Write($"/v/{old}", Padded(Old.Pem));
        Write($"/v/{next}", Padded(Renewed.Pem));
        _node.WithLink($"/v/{link}", old.Split('/')[0])
            .WithLink(Path, isVolume ? "/v/..data/tls.crt" : $"/v/{link}");
        var before = await ReadAsync(before: null);
        Assert.Equal(Sha(Old), before.Reading.Leaf!.Sha256);

        _node.WithLink("/v/swap", next.Split('/')[0]);
        OpenSsl.Run("mv", "-T", _node.Real("/v/swap"), _node.Real($"/v/{link}"));

        Assert.Equal(Sha(Renewed), (await ReadAsync(before)).Reading.Leaf!.Sha256);
    }

    [Fact]
    public async Task A_file_that_was_replaced_by_one_of_the_same_size_and_time_is_read()
    {
        var before = await ReadAsync(Certificate());

        Write("/pki/next", Padded(Renewed.Pem));
        File.Move(_node.Real("/pki/next"), _node.Real(Path), overwrite: true);

        Assert.Equal(Sha(Renewed), (await ReadAsync(before)).Reading.Leaf!.Sha256);
    }

    [Fact]
    public async Task The_same_number_on_another_device_is_another_file()
    {
        var before = await ReadAsync(Certificate());
        var mounted = before with
        {
            States = [.. before.States.Select(state => state.Version is { } version
                ? state with { Version = version with { Device = version.Device + 1 } }
                : state)],
        };

        Assert.NotSame(before.Reading, (await ReadAsync(mounted)).Reading);
    }

    [Fact]
    public async Task A_file_with_other_permissions_is_read_again()
    {
        var before = await ReadAsync(Certificate());

        Change(Path, real => File.SetUnixFileMode(real, File.GetUnixFileMode(real) ^ UnixFileMode.OtherRead));

        Assert.NotSame(before.Reading, (await ReadAsync(before)).Reading);
    }

    [Fact]
    public async Task A_removed_file_is_missing_at_once()
    {
        var before = await ReadAsync(Certificate());

        File.Delete(_node.Real(Path));

        Assert.Equal(["missing"], PemNode.Reasons((await ReadAsync(before)).Reading));
    }

    [Fact]
    public async Task A_key_that_comes_or_changes_is_compared_at_once()
    {
        var before = await ReadAsync(Certificate());
        _node.With("/pki/a.key", Old.KeyPem);
        var withKey = await ReadAsync(before);
        Assert.NotSame(before.Reading, withKey.Reading);
        Assert.Same(withKey.Reading, (await ReadAsync(withKey)).Reading);

        Rewrite("/pki/a.key", Renewed.KeyPem);

        Assert.Equal(["key_mismatch"], PemNode.Reasons((await ReadAsync(withKey)).Reading));
    }

    [Fact]
    public async Task A_ca_file_that_changes_is_compared_at_once()
    {
        _node.With(Path, Old.Pem).With(Ca, PemNode.Ca.Pem);
        var before = await ReadAsync(before: null, caFile: Ca);
        Assert.Equal((Ca, true), before.Reading.IssuedBy);
        Assert.Same(before.Reading, (await ReadAsync(before, caFile: Ca)).Reading);

        Rewrite(Ca, TestCertificate.Root("other").Pem);

        Assert.Equal((Ca, false), (await ReadAsync(before, caFile: Ca)).Reading.IssuedBy);
    }

    [Fact]
    public async Task Another_ca_file_counts_at_once()
    {
        _node.With(Path, Old.Pem).With(Ca, PemNode.Ca.Pem).With("/pki/other.crt", TestCertificate.Root("other").Pem);
        var before = await ReadAsync(before: null, caFile: Ca);

        Assert.Equal(
            ("/pki/other.crt", false), (await ReadAsync(before, caFile: "/pki/other.crt")).Reading.IssuedBy);
    }

    [Fact]
    public async Task A_file_that_a_kubeconfig_references_counts_as_its_content()
    {
        _node.With("/pki/a.conf", "{users: [{name: a, user: {client-certificate: a.pem}}]}").With("/pki/a.pem", Old.Pem);
        var before = await ReadAsync(before: null, path: "/pki/a.conf");
        Assert.Same(before.Reading, (await ReadAsync(before, path: "/pki/a.conf")).Reading);

        Rewrite("/pki/a.pem", Renewed.Pem);

        Assert.Equal(Sha(Renewed), (await ReadAsync(before, path: "/pki/a.conf")).Reading.Leaf!.Sha256);
    }

    [Fact]
    public async Task A_file_with_a_problem_is_read_again()
    {
        _node.With(Path, Old.Pem + PemNode.BadBlock);
        var before = await ReadAsync(before: null);

        Assert.NotSame(before.Reading, (await ReadAsync(before)).Reading);
    }

    [Fact]
    public async Task What_the_plan_says_of_a_file_counts_without_a_read()
    {
        var before = await ReadAsync(Certificate());
        var disk = new FileSweeper(Patience.Limit, TimeProvider.System);

        var now = await new FileScan(_node.Files, disk, _clock).ReadAsync(
            [new("a", Path, FileRole.Unknown) { ReadAtStartBy = ["etcd"] }], [before], CancellationToken.None);

        var reading = Assert.Single(now.Files);
        Assert.Same(before.Reading.Leaf, reading.Leaf);
        Assert.False(reading.IsRequired);
        Assert.Equal(["etcd"], reading.ReadAtStartBy);
    }

    [Fact]
    public async Task The_limit_of_all_certificates_counts_for_files_that_have_not_changed()
    {
        var bundle = string.Concat(Enumerable.Repeat(PemNode.Ca.Pem, 100));
        for (var n = 0; n < 20; n++)
            _node.With(string.Create(CultureInfo.InvariantCulture, $"/b/{n + 1:00}.crt"), bundle);
        var disk = new FileSweeper(Patience.Limit, TimeProvider.System);
        var scan = new FileScan(_node.Files, disk, _clock);
        var before = await scan.ReadAsync([new("b", "/b/*.crt", FileRole.Authority)], [], CancellationToken.None);
        Assert.Equal(0, before.LeftOut.Certificates);

        _node.With("/b/00.crt", bundle);
        var now = await scan.ReadAsync(
            [new("b", "/b/*.crt", FileRole.Authority)], before.Examined, CancellationToken.None);

        Assert.Equal(2_000, now.Files.Sum(file => file.Certificates.Length));
        Assert.Equal(100, now.LeftOut.Certificates);
    }

    private ExaminedFile? Certificate()
    {
        Write(Path, Padded(Old.Pem));
        return null;
    }

    private async Task<ExaminedFile> ReadAsync(
        ExaminedFile? before, string path = Path, string? caFile = null)
    {
        var disk = new FileSweeper(Patience.Limit, TimeProvider.System);
        var scan = await new FileScan(_node.Files, disk, _clock).ReadAsync(
            [new("a", path, FileRole.Unknown) { CaFile = caFile, IsRequired = true }],
            before is null ? [] : [before], CancellationToken.None);
        return Assert.Single(scan.Examined);
    }

    // Signatures differ in length.
    private static string Padded(string pem) => pem.PadRight(2_000, '\n');

    private static string Sha(TestCertificate certificate) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(certificate.Certificate.RawData));

    private void Write(string path, string text)
    {
        _node.With(path, text);
        File.SetLastWriteTimeUtc(_node.Real(path), Written);
    }

    private void Rewrite(string path, string text) => Change(path, _ => Write(path, text));

    // In the fake time a minute has passed since the file was written; in real time it may be the same tick.
    private void Change(string path, Action<string> change)
    {
        var before = _node.Files.StateOf(path).Version!.Value.Changed;
        do
            change(_node.Real(path));
        while (_node.Files.StateOf(path).Version!.Value.Changed == before);
    }

    /// <summary>The time of this machine, moved. Its timers are real.</summary>
    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By;
    }
}
