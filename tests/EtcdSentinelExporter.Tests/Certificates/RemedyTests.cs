using System.Diagnostics;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Certificates.Files;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

public sealed class RemedyTests
{
    private const string K3s = "/var/lib/rancher/k3s/server/tls";

    [Theory]
    [InlineData("kubeadm", "/etc/kubernetes/pki/apiserver.crt", "kubeadm certs renew apiserver")]
    [InlineData("kubeadm", "/etc/kubernetes/scheduler.conf",
        "kubeadm certs renew scheduler.conf && mv /etc/kubernetes/manifests/kube-scheduler.yaml")]
    [InlineData("kubeadm", "/var/lib/kubelet/pki/kubelet-client-current.pem", "systemctl restart kubelet")]
    [InlineData("kubeadm", "/var/lib/kubelet/pki/kubelet.crt",
        "mv /var/lib/kubelet/pki/kubelet.crt /var/lib/kubelet/pki/kubelet.key /tmp/ && systemctl restart kubelet")]
    [InlineData("k3s", $"{K3s}/serving-kube-apiserver.crt", "systemctl stop k3s && k3s certificate rotate")]
    [InlineData("rke2", "/var/lib/rancher/rke2/server/tls/etcd/server-client.crt",
        "systemctl stop rke2-server && rke2 certificate rotate")]
    [InlineData("rke2", "/var/lib/rancher/rke2/server/tls/server-ca.crt", "rke2 certificate rotate-ca --path=")]
    [InlineData("k0s", "/var/lib/k0s/pki/apiserver.crt", "systemctl restart k0scontroller")]
    [InlineData("talos", "/system/secrets/etcd/server.crt", "talosctl reboot")]
    [InlineData("talos", "/system/secrets/kubernetes/kube-apiserver/ca.crt",
        "talosctl rotate-ca --talos=false --dry-run=true")]
    [InlineData("talos", "/system/secrets/etcd/ca.crt", "talosctl rotate-ca does not rotate this CA")]
    [InlineData("openshift",
        "/etc/kubernetes/static-pod-resources/etcd-certs/secrets/etcd-all-certs/etcd-peer-m1.crt",
        "oc get clusteroperators etcd")]
    [InlineData("openshift", "/var/lib/kubelet/pki/kubelet-server-current.pem", "systemctl restart kubelet")]
    [InlineData("kubespray", "/etc/ssl/etcd/ssl/member-n1.pem", "ansible-playbook")]
    [InlineData("kubespray", "/etc/kubernetes/ssl/apiserver.crt", "/usr/local/bin/k8s-certs-renew.sh; verify")]
    [InlineData("kubespray", "/etc/kubernetes/ssl/ca.crt", "It is not renewed automatically")]
    [InlineData("kubespray", "/etc/kubernetes/ssl/front-proxy-ca.crt", "It is not renewed automatically")]
    public void Each_distribution_has_its_own_commands(string profile, string path, string command) =>
        Assert.StartsWith(command, Of(profile, path).Renew, StringComparison.Ordinal);

    [Theory]
    [InlineData("k3s", "/etc/nginx/tls.crt")]
    [InlineData("openshift", "/etc/nginx/tls.crt")]
    [InlineData("kubeadm", "/etc/etcd/pki/server.crt")]
    [InlineData("talos", "/var/ca")]
    [InlineData("none", "/etc/nginx/tls.crt")]
    public void A_file_that_is_not_of_the_profile_gets_none_of_its_commands(string profile, string path) =>
        Assert.StartsWith(
            "Renew it with the tool that issued it; verify: ", Of(profile, path).Renew, StringComparison.Ordinal);

    [Fact]
    public void A_name_of_the_users_own_does_not_choose_a_command() => Assert.StartsWith(
        "Renew it with the tool that issued it", Remedy.Of("kubeadm", new("apiserver", "/x/apiserver.crt")).Renew,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("kubeadm", "web", "Restart the server of web.")]
    [InlineData("openshift", "web", "Restart the server of web.")]
    [InlineData("k3s", "web", "Restart the server of web.")]
    [InlineData("openshift", "kubelet", "systemctl restart kubelet")]
    [InlineData("openshift", "kube-scheduler", "oc patch kubescheduler cluster")]
    [InlineData("kubeadm", "kube-apiserver", "mv /etc/kubernetes/manifests/kube-apiserver.yaml")]
    [InlineData("talos", "kubelet", "talosctl service kubelet restart")]
    [InlineData("none", "kube-apiserver", "Restart kube-apiserver.")]
    public void Only_a_component_is_restarted_by_the_command_of_its_distribution(
        string profile, string component, string command) =>
        Assert.StartsWith(
            command, Restart.Of(SomeCertificates.Empty with { Profile = profile }, component), StringComparison.Ordinal);

    [Theory]
    [InlineData("talos", "/system/secrets/kubernetes/kube-scheduler/kubeconfig", "talosctl read '/system/secrets",
        "| base64 -d | openssl x509")]
    [InlineData("talos", "/system/secrets/etcd/server.crt", "talosctl read '/system/secrets",
        "| openssl x509 -noout -enddate")]
    [InlineData("kubeadm", "/etc/kubernetes/admin.conf",
        "kubectl config view --kubeconfig='/etc/kubernetes/admin.conf'", "--flatten")]
    [InlineData("none", "/x/a.yaml", "kubectl config view --kubeconfig='/x/a.yaml'", "--flatten")]
    [InlineData("none", "/x/a.json", "kubectl config view --kubeconfig='/x/a.json'", "--flatten")]
    [InlineData("none", "/x/a.kubeconfig", "kubectl config view --kubeconfig='/x/a.kubeconfig'", "--flatten")]
    [InlineData("none", "/x/a.crt", "openssl x509 -noout -enddate -in '/x/a.crt'", "")]
    public void A_kubeconfig_is_verified_as_one_and_a_certificate_as_one(
        string profile, string path, string command, string part)
    {
        var remedy = Of(profile, path);

        Assert.Contains($"verify: {command}", remedy.Renew, StringComparison.Ordinal);
        Assert.Contains(part, remedy.Renew, StringComparison.Ordinal);
        Assert.Contains($"verify: {command}", remedy.Restore, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/x/a b$(id).crt")]
    [InlineData("/x/';id;'.crt")]
    [InlineData("/x/`id`\\\".crt")]
    public async Task A_file_name_is_one_word_for_a_shell(string path)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"printf %s {Verify.Quoted(path)}"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;

        Assert.Equal(path, await shell.StandardOutput.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.EndsWith($"-in {Verify.Quoted(path)}", Of("none", path).Renew, StringComparison.Ordinal);
    }

    private static Remedy Of(string profile, string path) => Remedy.Of(profile, new("any", path));
}
