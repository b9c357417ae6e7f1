using EtcdSentinelExporter.Node;
using Xunit;

namespace EtcdSentinelExporter.Tests.Node;

public sealed class EtcdCommandTests
{
    [Theory]
    [InlineData("etcd --name=a", "--name=a")]
    [InlineData("/usr/local/bin/etcd --name a", "--name|a")]
    [InlineData("/bin/sh -c 'exec etcd --name=a'", "--name=a")]
    [InlineData("/bin/sh -ec 'exec nice -n -19 ionice -c2 -n0 etcd --name=a 2>&1 | tee log'", "--name=a")]
    [InlineData("/bin/bash -c \"GOMAXPROCS=$(nproc) /usr/bin/etcd --name=\\\"my node\\\"\"", "--name=my node")]
    [InlineData("docker run --net=host --name=etcd1 quay.io/coreos/etcd:v3.5.0 /usr/local/bin/etcd --name=a", "--name=a")]
    [InlineData("docker run quay.io/coreos/etcd:v3.5.0 --name=a", "--name=a")]
    public void Etcds_own_arguments_are_found_behind_what_starts_it(string line, string arguments) =>
        Assert.Equal(arguments, string.Join('|', EtcdCommand.Find(ShellWords.Split(line))!.Arguments));

    [Theory]
    [InlineData("kube-apiserver --etcd-servers=https://127.0.0.1:2379")]
    [InlineData("etcdctl endpoint health")]
    [InlineData("/usr/bin/true --name=etcd")]
    [InlineData("")]
    public void What_only_mentions_etcd_is_not_etcd(string line) => Assert.Null(EtcdCommand.Find(ShellWords.Split(line)));

    [Fact]
    public void Environment_files_of_docker_are_remembered() =>
        Assert.Equal(
            ["/etc/etcd.env", "/b"],
            EtcdCommand.Find(ShellWords.Split("docker run --env-file=/etc/etcd.env --env-file /b etcd:v3 etcd"))!.EnvironmentFiles,
            StringComparer.Ordinal);
}
