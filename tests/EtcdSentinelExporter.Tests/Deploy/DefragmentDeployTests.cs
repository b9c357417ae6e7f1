using System.Text.Json.Nodes;
using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Host.Yaml;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>The CronJob and the timer that write to etcd: nothing has them unless somebody adds them.</summary>
public sealed class DefragmentDeployTests
{
    private static readonly string Folder = Path.Combine(Repo.Root, "deploy");

    private static JsonObject CronJob => Read("components/defragment/cronjob.yaml");

    private static JsonNode Pod => CronJob["spec"]!["jobTemplate"]!["spec"]!["template"]!["spec"]!;

    private static JsonNode Container => Assert.Single(Pod["containers"].Each());

    [Fact]
    public void No_overlay_has_it_and_it_begins_suspended()
    {
        Assert.DoesNotContain(
            Directory.GetFiles(Path.Combine(Folder, "overlays"), "*.yaml", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains("defragment", StringComparison.Ordinal));
        Assert.True(CronJob["spec"]!["suspend"]!.GetValue<bool>());
    }

    [Fact]
    public void No_second_run_starts_and_none_is_repeated()
    {
        Assert.Equal("Forbid", CronJob["spec"]!["concurrencyPolicy"].Word());
        Assert.Equal(0, CronJob["spec"]!["jobTemplate"]!["spec"]!["backoffLimit"]!.GetValue<long>());
        Assert.Equal("Never", Pod["restartPolicy"].Word());
    }

    [Fact]
    public void It_has_an_account_and_a_client_certificate_of_its_own_and_no_key_of_the_node()
    {
        var account = Read("components/defragment/serviceaccount.yaml");

        Assert.Equal(account["metadata"]!["name"].Word(), Pod["serviceAccountName"].Word());
        Assert.False(account["automountServiceAccountToken"]!.GetValue<bool>());
        Assert.False(Pod["automountServiceAccountToken"]!.GetValue<bool>());
        Assert.Equal("etcd-defragment-client", Pod["volumes"].Each()
            .Select(volume => volume["secret"]?["secretName"].Word()).OfType<string>().Single());
        Assert.Equal(
            ["/etc/kubernetes/manifests", "/var/lib/etcd", "/proc"],
            Pod["volumes"].Each().Select(volume => volume["hostPath"]?["path"].Word()).OfType<string>());
        Assert.All(Container["volumeMounts"].Each(), mount => Assert.True(mount["readOnly"]!.GetValue<bool>()));
    }

    [Fact]
    public void It_is_as_restricted_as_the_exporter()
    {
        var security = Container["securityContext"]!;

        Assert.False(security["allowPrivilegeEscalation"]!.GetValue<bool>());
        Assert.True(security["readOnlyRootFilesystem"]!.GetValue<bool>());
        Assert.Equal(["ALL"], security["capabilities"]!["drop"].Each().Select(one => one.Word()));
        Assert.NotNull(Container["resources"]!["limits"]!["memory"]);
        Assert.False(Pod["enableServiceLinks"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_command_of_the_CronJob_is_valid() => await AssertValidAsync(
        [.. Container["args"].Each().Select(word => word.Word()!)],
        Container["env"].Each().ToDictionary(
            one => one["name"].Word()!, one => one["value"].Word()!, StringComparer.Ordinal));

    [Fact]
    public async Task The_command_of_the_service_is_valid()
    {
        var command = (await File.ReadAllLinesAsync(
                Path.Combine(Folder, "systemd/etcd-sentinel-defragment.service"),
                TestContext.Current.CancellationToken))
            .Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal)).Split(' ')[1..];

        await AssertValidAsync(
            [.. command.Where(word => !word.StartsWith("--config.file=", StringComparison.Ordinal))],
            new Dictionary<string, string>(StringComparer.Ordinal));
    }

    [Fact]
    public void The_service_has_no_right_that_the_exporter_lacks()
    {
        static string[] Rights(string unit) =>
        [
            .. File.ReadAllLines(Path.Combine(Folder, "systemd", unit)).Where(line =>
                line.StartsWith("Protect", StringComparison.Ordinal)
                || line.StartsWith("Restrict", StringComparison.Ordinal)
                || line.Contains("Capabilit", StringComparison.Ordinal)
                || line.StartsWith("SystemCall", StringComparison.Ordinal)
                || line.StartsWith("NoNew", StringComparison.Ordinal))
                .Where(line => !line.StartsWith("Restart", StringComparison.Ordinal)),
        ];

        Assert.Equal(Rights("etcd-sentinel-exporter.service"), Rights("etcd-sentinel-defragment.service"));
    }

    [Fact]
    public void Every_object_is_what_its_schema_wants()
    {
        Assert.Empty(DeploySchemaTests.ConfigurationErrors(CronJob));
        Assert.Empty(DeploySchemaTests.ConfigurationErrors(Read("components/defragment/serviceaccount.yaml")));
    }

    // There is no etcd, so a valid command line ends with "Cannot read the cluster".
    private static async Task AssertValidAsync(string[] arguments, Dictionary<string, string> environment)
    {
        var error = new StringWriter();
        environment["ETCDSENTINEL_PATH_ROOTFS"] = "/nonexistent";
        var context = new CommandContext(
            TextWriter.Null, error, environment, path => throw new FormatException(path), TimeProvider.System);

        var code = await CommandLine.RunAsync(
            [.. arguments, "--etcd.processes=false"], context, TestContext.Current.CancellationToken);

        Assert.True(code == ExitCode.Unknown, $"{code}: {error}");
        Assert.Contains("Cannot read the cluster", error.ToString(), StringComparison.Ordinal);
    }

    private static JsonObject Read(string path) => (JsonObject)YamlJson.From(
        Assert.Single(YamlText.ParseAll(File.ReadAllText(Path.Combine(Folder, path)))))!;
}
