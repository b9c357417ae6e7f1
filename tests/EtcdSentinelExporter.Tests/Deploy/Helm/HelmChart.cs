using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Lab.Installing;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy.Helm;

/// <summary>What a real helm makes of the chart.</summary>
internal static class HelmChart
{
    /// <summary>Name of the release and of its namespace.</summary>
    public const string Release = "control-plane-sentinel";

    public static readonly string Folder = Path.Combine(Repo.Root, "deploy/helm/etcd-sentinel-exporter");

    public static readonly ImmutableArray<string> Presets =
    [
        .. Directory.GetFiles(Path.Combine(Folder, "presets")).Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Order(StringComparer.Ordinal),
    ];

    public const string Missing = "There is no helm 4 on PATH or in artifacts: run scripts/lab fetch helm.";

    /// <summary>Path of helm; <see langword="null"/> if there is none.</summary>
    public static readonly string? Program = HelmPackage.TryFind();

    private static readonly ConcurrentDictionary<string, ImmutableArray<JsonObject>> Made =
        new(StringComparer.Ordinal);

    /// <summary>Option for a preset.</summary>
    public static string Preset(string name) => $"--values={Folder}/presets/{name}.yaml";

    /// <summary>The objects of a release; each is made once. Skips the test if there is no helm.</summary>
    public static ImmutableArray<JsonObject> Objects(params string[] options) =>
        Made.GetOrAdd(string.Join('\n', options), _ => Make(options));

    private static ImmutableArray<JsonObject> Make(string[] options)
    {
        var (code, output, error) = Template(options);
        Assert.True(code == 0, error);
        return [.. YamlText.ParseAll(output).Select(document => (JsonObject)YamlJson.From(document)!)];
    }

    /// <summary>Runs <c>helm template</c>. Skips the test if there is no helm.</summary>
    public static (int Code, string Output, string Error) Template(params string[] options) =>
        Run(["template", Release, Folder, "--namespace", Release, .. options]);

    /// <summary>Runs helm, which reads nothing of its user. Skips the test if there is none.</summary>
    public static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        Assert.SkipWhen(Program is null, Missing);
        var start = new ProcessStartInfo(Program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var place in (string[])["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"])
            start.Environment[place] = "/nonexistent";
        using var helm = Process.Start(start)!;
        var error = helm.StandardError.ReadToEndAsync();
        var output = helm.StandardOutput.ReadToEnd();
        helm.WaitForExit();
        return (helm.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
