using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>Only the commands for the lab are run by a test. What the others say has to exist at least.</summary>
public sealed class RunbookOptionsTests
{
    // A newer etcdctl too, where it was fetched: what it dropped must not be on a page.
    private static readonly string NewerEtcd = Path.Combine(Repo.Root, "artifacts/etcd-3.5/usr/bin");

    [Theory]
    [InlineData(
        "crictl", "x \"$(crictl ps -q --label a=b --names '^etcd$' | head -n 1)\"", "crictl ps has no option --names")]
    [InlineData("etcdutl", "etcdutl snapshot restored", "etcdutl has no command snapshot restored")]
    [InlineData("kubeadm", "kubeadm certs renew etcd-servers", "kubeadm has no command certs renew etcd-servers")]
    [InlineData("kubectl", "kubectl get pods \\\n  --all-names", "kubectl get has no option --all-names")]
    public void What_the_pages_call_is_in_the_table(string tool, string planted, string complaint) =>
        Knows(new(tool, Program: null), planted, complaint);

    [Fact]
    public void Etcdctl_knows_what_the_pages_call()
    {
        var newer = Path.Combine(NewerEtcd, "etcdctl");
        foreach (var program in new[] { Programs.Need("etcdctl"), newer }.Where(File.Exists))
        {
            var etcdctl = new ToolOptions("etcdctl", program);
            Knows(etcdctl, "e endpoint status --clusters -w table", "etcdctl endpoint status has no option --clusters");
            Knows(etcdctl, "at \"$url\" member ad x", "etcdctl has no command member ad x");
        }
    }

    [Fact]
    public void Smartctl_knows_what_the_pages_call() => Knows(
        Installed("smartctl"), "smartctl -i -H --attribute /dev/sda", "smartctl has no option --attribute");

    [Fact]
    public void Systemctl_knows_what_the_pages_call() => Knows(
        Installed("systemctl"), "a && systemctl reset kubelet", "systemctl has no command reset kubelet");

    [Fact]
    public void Findmnt_knows_what_the_pages_call() => Knows(
        Installed("findmnt"), "lsblk -s \"$(findmnt -nQo SOURCE -T /x)\"", "findmnt has no option -nQo");

    [Fact]
    public void Lsblk_knows_what_the_pages_call() => Knows(
        Installed("lsblk"), "lsblk --serial /dev/sda", "lsblk has no option --serial");

    [Fact]
    public void Openssl_knows_what_the_pages_call() => Knows(
        Installed("openssl"), "x=$(openssl x509 -noout -endate -in a)", "openssl x509 has no option -endate");

    [Fact]
    public void The_pages_call_each_tool() => Assert.Equal(
        ["crictl", "etcdctl", "etcdutl", "findmnt", "kubeadm", "kubectl", "lsblk", "openssl", "smartctl", "systemctl"],
        Calls.Select(call => call.Call.Tool).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static IEnumerable<(string Page, ToolCommand Call)> Calls =>
        from page in RunbookFile.All
        from code in page.CodeBlocks.Concat(page.InlineCode)
        from call in ToolCommand.In(code)
        select (page.Name, call);

    private static ToolOptions Installed(string tool) => new(tool, Programs.Need(tool));

    /// <param name="planted">Shell that has to be complained about: else nothing is found on the pages either.</param>
    private static void Knows(ToolOptions options, string planted, string complaint)
    {
        Assert.Equal(
            [complaint],
            ToolCommand.In(planted).Where(call => call.Tool == options.Tool).SelectMany(options.Problems));
        var wrong = string.Join('\n',
            from one in Calls
            where one.Call.Tool == options.Tool
            from found in options.Problems(one.Call)
            select $"{one.Page}: {found}");
        Assert.True(wrong.Length == 0, wrong);
    }
}
