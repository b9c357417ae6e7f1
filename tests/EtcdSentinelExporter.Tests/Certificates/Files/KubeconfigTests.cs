using System.Text;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates.Files;

public sealed class KubeconfigTests : IDisposable
{
    private const string Path = "/etc/kubernetes/admin.conf";
    private static readonly string LeafData = Convert.ToBase64String(Encoding.UTF8.GetBytes(PemNode.Leaf.Pem));
    private static readonly string CaData = Convert.ToBase64String(
        Encoding.UTF8.GetBytes(PemNode.Ca.Pem + PemNode.Ca.Pem));
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
        contexts: [{name: it, context: {user: b} }]
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
    [InlineData("users: []\ncurrent-context: a\ncontexts: [{name: a, context: {user: gone}}]", "malformed")]
    [InlineData("users: []\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: gone}}]", "malformed")]
    [InlineData("users: [{name: a, user: {client-certificate: \"/a\\0b\"}}]", "malformed")]
    [InlineData("", "malformed")]
    [InlineData("users: [", "malformed")]
    public void What_is_wrong_has_a_reason(string text, string reason) =>
        PemNode.AssertSaid(reason, Look(text));

    [Fact]
    public void A_path_that_is_longer_than_any_can_be_is_refused_and_not_repeated()
    {
        var file = Look($"users: [{{name: a, user: {{client-certificate: /{new string('x', 400_000)}}}}}]");

        Assert.Equal(["malformed"], PemNode.Reasons(file));
        Assert.InRange(file.Problems[0].Message.Length, 1, 200);
    }

    [Fact]
    public void Of_all_that_a_kubeconfig_leads_to_a_hundred_certificates_are_read()
    {
        var bundle = Convert.ToBase64String(
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(PemNode.Ca.Pem, 60))));
        var users = string.Concat(Enumerable.Range(0, 3)
            .Select(n => $"- {{name: u{n}, user: {{client-certificate-data: {bundle}}}}}\n"));

        var file = Look($"users:\n{users}");

        Assert.Equal(100, file.Certificates.Length);
        Assert.All(PemNode.Reasons(file), reason => Assert.Equal("too_many", reason));
        Assert.InRange(file.Problems.Length, 1, 2);
    }

    [Fact]
    public void A_broken_leaf_does_not_make_a_leaf_of_what_follows_it()
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(PemNode.BadBlock + PemNode.Ca.Pem));

        var file = Look(Config($"client-certificate-data: {data}", "server: https://x"));

        Assert.Equal([("chain", 1)], file.Certificates.Select(one => (one.Kind, one.Index)));
    }

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
