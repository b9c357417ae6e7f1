using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Tests.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

public sealed class CommandFormsTests
{
    private static readonly MemberAddress Member = new("https://127.0.0.1:2379", "https://10.0.0.1:2379");

    private static readonly EtcdInstallation Kubeadm = SomeMembers.Installation with
    {
        CaFile = "/pki/ca.crt",
        CertFile = "/pki/client.crt",
        KeyFile = "/pki/client.key",
    };

    [Fact]
    public void On_Talos_the_first_form_is_for_the_machine_of_the_operator()
    {
        var forms = new CommandForms(Kubeadm with { Kind = "process", CaFile = "/system/secrets/etcd/ca.crt" }, "3.5.30", ProgramOptions.None);

        Assert.Equal(
            "ETCDCTL_API=3 etcdctl --endpoints=https://10.0.0.1:2379 --cacert=ca.crt --cert=admin.crt --key=admin.key defrag",
            forms.Of(Member, "defrag", "defragment=cp-1")[0].Command);
        Assert.False(forms.IsByProgram);
        Assert.Contains(forms.Notes(), note => note.StartsWith("Talos has no shell.", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_of_the_settings_are_used_outside_of_the_container_only()
    {
        var forms = new CommandForms(Kubeadm, "3.6.5", ProgramOptions.None with
        {
            Etcd = new([], "/own/ca.crt", "/own/client.crt", "/own/client.key", null),
        });

        var commands = forms.Of(Member, "defrag", step: null);

        Assert.Contains("--cacert=/pki/ca.crt ", commands[0].Command, StringComparison.Ordinal);
        Assert.Equal(
            "etcdctl --endpoints=https://10.0.0.1:2379 --cacert=/own/ca.crt --cert=/own/client.crt --key=/own/client.key defrag",
            commands[1].Command);
    }

    [Fact]
    public void With_endpoints_of_the_settings_the_program_comes_first_with_the_same_settings()
    {
        var forms = new CommandForms(Kubeadm, "3.6.5", new()
        {
            Execute = " --cluster-id=63",
            Settings = " --etcd.endpoints=https://10.0.0.9:2379",
            Etcd = new([EtcdEndpoint.Parse("https://10.0.0.9:2379")], null, null, null, null),
        });

        Assert.True(forms.IsByProgram);
        Assert.Equal(
            "etcd-sentinel-exporter recover nospace --execute --only=compact --cluster-id=63 --etcd.endpoints=https://10.0.0.9:2379",
            forms.Of(Member, "compact", "compact")[0].Command);
    }

    [Fact]
    public void Settings_become_flags_unless_a_file_has_them() => Assert.Equal(
        " --config.file=/etc/config.yaml --etcd.ca-file='/a b/ca.crt'",
        ProgramOptions.FlagsOf(
        [
            new RawSetting("config.file", "/etc/config.yaml", "--config.file"),
            new RawSetting("etcd.ca-file", "/a b/ca.crt", "ETCDSENTINEL_ETCD_CA_FILE"),
            new RawSetting("etcd.cert-file", "/c", "config.yaml:12"),
        ]));

    [Fact]
    public void An_alarm_other_than_NOSPACE_is_looked_for_in_the_same_command() => Assert.All(
        new CommandForms(Kubeadm, "3.6.5", ProgramOptions.None).Disarm(Member).Where(form => form.Expect is null),
        form => Assert.Matches(
            @"^alarms=\$\(.* alarm list\) && ! echo ""\$alarms"" \| grep alarm: \| grep -v alarm:NOSPACE && .* alarm disarm$",
            form.Command));

    [Theory]
    [InlineData("kubeadm")]
    [InlineData("systemd")]
    public void A_snapshot_on_this_node_looks_for_room_first(string kind)
    {
        var forms = new CommandForms(Kubeadm with { Kind = kind }, "3.6.5", ProgramOptions.None);
        var place = forms.PlaceOf("/var/lib/etcd", 1500);
        var here = forms.Snapshot(Member, place)[0].Command;

        var save = here.IndexOf("snapshot save", StringComparison.Ordinal);
        var folder = kind == "kubeadm" ? "/var/lib/etcd" : "/root";
        Assert.InRange(here.IndexOf($"[ \"$(df --output=avail -B1 {folder} | tail -n 1)\" -ge 1500 ]", StringComparison.Ordinal), 0, save);
        Assert.StartsWith("[ ! -e /root/etcd-before-recovery.db ] && ", here, StringComparison.Ordinal);
        Assert.StartsWith(
            kind == "kubeadm" ? "df -h /root /var/lib/etcd && [ " : "df -h /root && [ ", place.Room.Command, StringComparison.Ordinal);
    }
}
