using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Units;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Reads etcd from a quadlet: a <c>.container</c> file that Podman turns into a unit; see
/// podman-systemd.unit(5).</summary>
internal sealed class QuadletSource(ConfigReader reader)
{
    private static readonly ImmutableArray<string> Folders =
        ["/run/containers/systemd", "/etc/containers/systemd", "/usr/share/containers/systemd"];

    /// <summary>Paths of the quadlets that are started at boot and contain etcd, in ordinal order. One that is
    /// unreadable or names no image, as if cut off, counts if its name says so.</summary>
    public IEnumerable<string> Find() =>
        Folders.SelectMany(reader.Files.List)
            .Where(path => Path.GetExtension(path) == ".container")
            .DistinctBy(Path.GetFileName, StringComparer.Ordinal)
            .Where(IsEtcd);

    /// <summary>Reads the file. Returns <see langword="null"/> if it no longer exists.</summary>
    /// <exception cref="FormatException">It does not start etcd.</exception>
    public async Task<EtcdInstallation?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (await reader.TryReadAsync(path, ParseContainer, cancellationToken) is not { } container)
            return null;
        var command = EtcdCommand.Find(Words(container))
            ?? throw new FormatException($"{path}: no command is recognised as etcd; set etcd.endpoints");
        var environment = EnvironmentText.ParseAssignments(container.List("Environment"));
        foreach (var file in container.List("EnvironmentFile"))
        {
            environment = environment.SetItems(
                await reader.ReadAsync(file.TrimStart('-'), EnvironmentText.ParseFile, cancellationToken));
        }
        var started = EtcdOptions.From(EtcdFlags.Parse(command.Arguments), environment);
        var (options, configFile) =
            await reader.FollowConfigFileAsync(started, command.Mounts.ToHost, cancellationToken);
        var found = new EtcdInstallationBuilder(reader.Files, command.Mounts.ToHost)
            .Build("quadlet", path, configFile, options);
        return found with { Unit = UnitOf(path) };
    }

    /// <summary>The unit that Podman's generator makes of a quadlet.</summary>
    public static string UnitOf(string path) => $"{Path.GetFileNameWithoutExtension(path)}.service";

    private static UnitText ParseContainer(string text) => UnitText.Parse(text, "Container");

    // The same words as on the command line that the generator writes.
    private static ImmutableArray<string> Words(UnitText container) =>
    [
        "podman", "run", .. container.List("Volume").SelectMany(volume => new[] { "-v", volume }),
        .. container.List("Image").TakeLast(1),
        .. container.List("Exec").TakeLast(1).SelectMany(line => ShellWords.Split(line)),
    ];

    private static bool IsNamedSo(string path) =>
        Path.GetFileName(path).Contains(EtcdProcess.Name, StringComparison.Ordinal);

    private bool IsEtcd(string path)
    {
        try
        {
            var text = reader.Files.ReadText(path, maxBytes: 1 << 20);
            var container = ParseContainer(text);
            return container.List("Image").IsEmpty
                ? IsNamedSo(path)
                : EtcdCommand.Find(Words(container)) is not null
                    && UnitText.Parse(text, "Install").Assignments.Any(set => set.Key is "WantedBy" or "RequiredBy");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return IsNamedSo(path);
        }
    }
}
