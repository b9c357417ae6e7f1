using System.Text;
using EtcdSentinelExporter.Collectors.Certificates;
using Xunit;

namespace EtcdSentinelExporter.Tests.Collectors.Certificates;

public sealed class KubeconfigTests : IDisposable
{
    private const string Path = "/etc/kubernetes/admin.conf";
    private static readonly string LeafData = Convert.ToBase64String(Encoding.UTF8.GetBytes(PemNode.Leaf.Pem));
    private static readonly string CaData = Convert.ToBase64String(Encoding.UTF8.GetBytes(PemNode.Ca.Pem + PemNode.Ca.Pem));
    private readonly PemNode _node = new();

    [Fact]
    public void Embedded_certificates_are_a_leaf_and_the_chain_of_the_cluster()
    {
        var file = Look(Config($"client-certificate-data: {LeafData}", $"certificate-authority-data: {CaData}"));

        Assert.Equal(["leaf", "chain", "chain"], PemNode.Kinds(file));
        Assert.Equal([0, 1, 2], file.Certificates.Select(one => one.Index));
        Assert.True(file.IsLoaded);
    }

    [Theory]
    [InlineData("pki/admin.crt")]
    [InlineData("/etc/kubernetes/pki/admin.crt")]
    [InlineData("../kubernetes/pki/admin.crt")]
    public void Files_are_followed_inside_the_root(string reference)
    {
        _node.With(PemNode.Leaf.Pem + PemNode.Leaf.KeyPem, "/etc/kubernetes/pki/admin.crt");

        Assert.Equal(["leaf"], PemNode.Kinds(Look(Config($"client-certificate: {reference}", "server: https://x"))));
    }

    [Theory]
    [InlineData("token: abc")]
    [InlineData("exec: {command: aws}")]
    [InlineData("username: a")]
    public void Users_without_a_certificate_are_no_error(string user)
    {
        var file = Look(Config(user, $"certificate-authority-data: {CaData}"));

        Assert.Equal(["chain", "chain"], PemNode.Kinds(file));
        Assert.True(file.IsLoaded);
    }

    [Fact]
    public void Without_a_current_context_all_users_count() => Assert.Equal(["leaf", "leaf"], PemNode.Kinds(Look($$"""
        users:
        - {name: a, user: {client-certificate-data: {{LeafData}} } }
        - {name: b, user: {client-certificate-data: {{LeafData}} } }
        - {name: c, user: {token: x} }
        """)));

    [Fact]
    public void Only_the_user_of_the_current_context_counts() => Assert.Equal(["leaf"], PemNode.Kinds(Look($$"""
        current-context: it
        contexts: [{name: it, context: {user: b, cluster: none} }]
        users:
        - {name: a, user: {client-certificate-data: AAAA} }
        - {name: b, user: {client-certificate-data: {{LeafData}} } }
        """)));

    [Fact]
    public void Json_and_anchors_are_yaml_too()
    {
        Assert.Equal(["leaf"], PemNode.Kinds(Look($$$"""{"users":[{"name":"a","user":{"client-certificate-data":"{{{LeafData}}}"}}]}""")));
        Assert.Equal(["leaf", "leaf"], PemNode.Kinds(Look($$"""
            users:
            - {name: a, user: &u {client-certificate-data: {{LeafData}} } }
            - {name: b, user: *u}
            """)));
    }

    [Theory]
    [InlineData("users: [{name: a, user: {client-certificate-data: '%%%'}}]", "malformed")]
    [InlineData("users: [{name: a, user: {client-certificate: gone.crt}}]", "reference_missing")]
    [InlineData("users: [{name: a, user: {client-certificate-data: AAAA}}]", "no_certificate")]
    [InlineData("users: []\ncurrent-context: gone", "malformed")]
    [InlineData("apiVersion: v1", "malformed")]
    [InlineData("", "malformed")]
    [InlineData("users: [", "malformed")]
    public void What_is_wrong_has_a_reason(string text, string reason) =>
        Assert.Equal([reason], PemNode.Reasons(Look(text)));

    public void Dispose() => _node.Dispose();

    private FileReading Look(string text) => _node.With(text, Path).Look(Path, FileRole.Kubeconfig);

    private static string Config(string user, string cluster) => $$"""
        apiVersion: v1
        kind: Config
        current-context: admin@kubernetes
        contexts:
        - {name: admin@kubernetes, context: {user: admin, cluster: kubernetes} }
        users:
        - name: admin
          user:
            {{user}}
        clusters:
        - name: kubernetes
          cluster:
            {{cluster}}
        """;
}
