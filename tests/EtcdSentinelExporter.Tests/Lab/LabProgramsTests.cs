using System.CommandLine;
using EtcdSentinelExporter.Lab.Installing;
using Xunit;

namespace EtcdSentinelExporter.Tests.Lab;

/// <summary>How the lab runs programs, and what its user sees of failures.</summary>
public sealed class LabProgramsTests
{
    // etcdctl of 3.6 warns about the variable, and that of 3.4 needs it no longer.
    [Fact]
    public void Programs_get_no_variable_of_etcdctl() =>
        Assert.DoesNotContain("ETCDCTL_API", CleanProcess.Clean("etcdctl", []).Environment.Keys);

    [Fact]
    public void A_mirror_that_does_not_answer_is_one_sentence()
    {
        var failure = Assert.Throws<LabException>(() => Shell.Succeed(
            "cannot fetch Debian's package lists", "/", "sh", "-c",
            "echo 'W: Failed to fetch http://mirror/  Could not connect'; echo 'E: Some files failed'; exit 100"));

        Assert.Equal(
            "cannot fetch Debian's package lists: Failed to fetch http://mirror/  Could not connect", failure.Message);
        Assert.Equal(1, failure.ExitCode);
    }

    [Theory]
    [InlineData("etcd-server", "etcd-server_3.4.23-4+b4_amd64.deb")]
    [InlineData("vim-tiny", "vim-tiny_2%3a9.0.1378-2+deb12u2_amd64.deb")]
    [InlineData("etcd", null)]
    public void The_file_of_a_package_is_the_one_that_apt_names(string package, string? file) =>
        Assert.Equal(file, Debian.FileOf(package, """
            W: something
            'http://m/e/etcd-server_3.4.23-4%2bb4_amd64.deb' etcd-server_3.4.23-4+b4_amd64.deb 8438488 SHA256:3a
            'http://m/v/vim-tiny_9.0.1378-2%2bdeb12u2_amd64.deb' vim-tiny_2%3a9.0.1378-2+deb12u2_amd64.deb 719960 SHA256:16
            """));

    [Theory]
    [InlineData("demo", "--nope")]
    [InlineData("demo", "--incident", "flood")]
    [InlineData("demo", "--healthy", "0")]
    [InlineData("demo", "--etcd", "/no/such/file")]
    [InlineData("fly")]
    public async Task Wrong_usage_ends_with_64(params string[] words) => Assert.Equal(
        LabException.Usage, await LabCommandLine.RunAsync(new RootCommand { DemoCommand.Create() }, words));

    [Fact]
    public async Task A_program_that_is_no_etcd_is_named()
    {
        var failure = await Assert.ThrowsAsync<LabException>(
            () => new EtcdBinary("/bin/true", "/bin/true").GetVersionAsync());

        Assert.Equal("/bin/true: --version prints no version of etcd", failure.Message);
    }
}
