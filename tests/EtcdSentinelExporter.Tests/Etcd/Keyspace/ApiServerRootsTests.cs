using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Keyspace;

public sealed class ApiServerRootsTests
{
    private const string Etcd = "/etc/kubernetes/manifests/etcd.yaml";

    [Theory]
    [InlineData("--etcd-prefix=/prod", "/prod/")]
    [InlineData("--etcd-prefix=prod/registry/", "/prod/registry/")]
    [InlineData("--secure-port=6443", "/registry/")]
    public void The_flag_of_the_API_server_beside_etcd_comes_first(string flag, string first)
    {
        using var node = new TempNode().With("/etc/kubernetes/manifests/kube-apiserver.yaml", $$"""
            apiVersion: v1
            kind: Pod
            spec:
              containers:
              - name: kube-apiserver
                command: [kube-apiserver, "{{flag}}"]
            """);

        Assert.Equal(first, new ApiServerRoots(node.Files, null, Etcd).Find()[0]);
    }

    [Fact]
    public void A_file_that_is_torn_or_missing_leaves_the_usual_prefixes()
    {
        using var node = new TempNode();
        Assert.Equal(["/registry/", "/kubernetes.io/"], new ApiServerRoots(node.Files, null, Etcd).Find());
        node.With("/etc/kubernetes/manifests/kube-apiserver.yaml", "spec: [");

        Assert.Equal(["/registry/", "/kubernetes.io/"], new ApiServerRoots(node.Files, null, Etcd).Find());
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("kubernetes.io", "/kubernetes.io/")]
    public void A_prefix_gets_the_slashes_that_the_API_server_adds(string prefix, string root) =>
        Assert.Equal(root, ApiServerRoots.Normalize(prefix));
}
