using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Text;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

public sealed class EtcdCommandTests
{
    [Theory]
    [InlineData("etcd --name=a", "--name=a")]
    [InlineData("/usr/local/bin/etcd --name a", "--name|a")]
    [InlineData("/bin/sh -c 'exec etcd --name=a'", "--name=a")]
    [InlineData("/bin/sh -ec 'exec nice -n -19 ionice -c2 -n0 etcd --name=a 2>&1 | tee log'", "--name=a")]
    [InlineData("/bin/bash -c \"GOMAXPROCS=$(nproc) /usr/bin/etcd --name=\\\"my node\\\"\"", "--name=my node")]
    [InlineData("docker run --net=host --name=etcd1 quay.io/coreos/etcd:v3.5.0 /usr/local/bin/etcd --name=a",
        "--name=a")]
    [InlineData("docker run quay.io/coreos/etcd:v3.5.0 --name=a", "--name=a")]
    [InlineData("docker run --name etcd --net=host r:5000/etcd@sha256:0 --name=a", "--name=a")]
    [InlineData("docker run -v /var/lib/etcd:/var/lib/etcd:rw quay.io/coreos/etcd:v3 etcd --name=a", "--name=a")]
    [InlineData("runuser -u etcd -- /usr/bin/etcd --name=a", "--name=a")]
    [InlineData("nice -n0 etcd --name=a --data-dir /var/lib/etcd", "--name=a|--data-dir|/var/lib/etcd")]
    [InlineData("bash -l -c 'etcd --name=a'", "--name=a")]
    public void Etcds_own_arguments_are_found_behind_what_starts_it(string line, string arguments) =>
        Assert.Equal(arguments, string.Join('|', EtcdCommand.Find(ShellWords.Split(line))!.Arguments));

    [Theory]
    [InlineData("kube-apiserver --etcd-servers=https://127.0.0.1:2379")]
    [InlineData("etcd grpc-proxy start --endpoints=https://10.0.0.1:2379")]
    [InlineData("etcd gateway start")]
    [InlineData("etcdctl endpoint health")]
    [InlineData("/usr/bin/true --name=etcd")]
    [InlineData("")]
    public void What_only_mentions_etcd_is_not_etcd(string line) =>
        Assert.Null(EtcdCommand.Find(ShellWords.Split(line)));

    [Theory]
    [InlineData("env ETCD_NAME=a etcd")]
    [InlineData("sh -c 'export ETCD_NAME=a; exec etcd'")]
    [InlineData("docker run -e ETCD_NAME=a -e ETCD_OTHER etcd:v3")]
    [InlineData("docker run --env=ETCD_NAME=a etcd:v3")]
    [InlineData("docker run --label=x=ETCD_Y=b -eETCD_NAME=a etcd:v3 --data-dir=/d")]
    public void Variables_given_on_the_way_are_remembered(string line) =>
        Assert.Equal("[ETCD_NAME, a]", Assert.Single(EtcdCommand.Find(ShellWords.Split(line))!.Assignments).ToString());

    [Fact]
    public void Environment_files_of_docker_are_remembered() =>
        Assert.Equal(
            ["/etc/etcd.env", "/b"],
            EtcdCommand.Find(
                ShellWords.Split("docker run --env-file=/etc/etcd.env --env-file /b etcd:v3 etcd"))!.EnvironmentFiles,
            StringComparer.Ordinal);
}
