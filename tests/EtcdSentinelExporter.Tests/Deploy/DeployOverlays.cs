using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using EtcdSentinelExporter.Host.Yaml;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>What <c>kubectl kustomize</c> makes of the folders under <c>deploy/overlays</c>; each is
/// built once.</summary>
internal static class DeployOverlays
{
    public static readonly string Folder = Path.Combine(Repo.Root, "deploy", "overlays");

    private static readonly string? Kubectl = Tools.TryFind("kubectl");

    public static readonly ImmutableArray<string> Names =
    [
        .. Directory.GetDirectories(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal),
    ];

    private static readonly ImmutableDictionary<string, Lazy<ImmutableArray<JsonObject>>> Built =
        Names.ToImmutableDictionary(
            name => name, name => new Lazy<ImmutableArray<JsonObject>>(() => Build(Path.Combine(Folder, name))),
            StringComparer.Ordinal);

    /// <summary>For theories: one row an overlay.</summary>
    public static TheoryData<string> Rows => [.. Names];

    /// <summary>Skips the test if there is no kubectl.</summary>
    public static ImmutableArray<JsonObject> Objects(string overlay)
    {
        Assert.SkipWhen(Kubectl is null, "There is no kubectl on PATH, which builds the overlays.");
        return Built[overlay].Value;
    }

    public static IEnumerable<JsonObject> OfKind(string overlay, string kind) =>
        Objects(overlay).Where(one => one["kind"]!.GetValue<string>() == kind);

    /// <summary>The pod specs of everything that runs, with the name of what runs them.</summary>
    public static IEnumerable<(string Name, JsonNode Spec)> Pods(string overlay) =>
        from one in Objects(overlay)
        let spec = one["kind"]!.GetValue<string>() is "Pod" ? one["spec"] : one["spec"]?["template"]?["spec"]
        where spec is not null
        select (one["metadata"]!["name"]!.GetValue<string>(), spec);

    public static IEnumerable<JsonNode> Each(this JsonNode? list) =>
        list is JsonArray items ? items.Select(item => item!) : [];

    public static string? Word(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Builds an overlay of these lines.</summary>
    /// <param name="lines">A kustomization; <c>OVERLAYS</c> stands for the folder of the overlays.</param>
    public static ImmutableArray<JsonObject> ObjectsOf(params string[] lines)
    {
        var folder = Directory.CreateTempSubdirectory("etcd-sentinel-overlay-").FullName;
        try
        {
            // kustomize takes only relative paths.
            var root = Path.GetRelativePath(folder, Folder);
            File.WriteAllLines(Path.Combine(folder, "kustomization.yaml"),
                lines.Select(line => line.Replace("OVERLAYS", root, StringComparison.Ordinal)));
            return ObjectsIn(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Builds a kustomization. Skips the test if there is no kubectl.</summary>
    public static ImmutableArray<JsonObject> ObjectsIn(string folder)
    {
        Assert.SkipWhen(Kubectl is null, "There is no kubectl on PATH, which builds the overlays.");
        return Build(folder);
    }

    private static ImmutableArray<JsonObject> Build(string overlay)
    {
        using var kubectl = Process.Start(new ProcessStartInfo(Kubectl!, ["kustomize", overlay])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = kubectl.StandardError.ReadToEndAsync();
        var text = kubectl.StandardOutput.ReadToEnd();
        kubectl.WaitForExit();
        Assert.True(kubectl.ExitCode == 0, $"{overlay} does not build: {errors.GetAwaiter().GetResult()}");
        return [.. YamlText.ParseAll(text).Select(document => (JsonObject)YamlJson.From(document)!)];
    }
}
