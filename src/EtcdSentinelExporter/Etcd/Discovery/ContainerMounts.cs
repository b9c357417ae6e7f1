using EtcdSentinelExporter.Host.Pods;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Parses the volumes of <c>docker run</c> and <c>podman run</c>.</summary>
internal static class ContainerMounts
{
    /// <param name="words">The words before etcd's own.</param>
    public static PodMounts In(ImmutableArray<string> words) =>
        new([.. Enumerable.Range(0, words.Length).Select(at => At(words, at)).OfType<(string Inside, string Host)>()
            .OrderByDescending(mount => mount.Inside.Length)]);

    private static (string Inside, string Host)? At(ImmutableArray<string> words, int at)
    {
        var next = words.ElementAtOrDefault(at + 1) ?? "";
        return words[at].Split('=', 2) switch
        {
            ["-v" or "--volume"] => Volume(next),
            ["--volume", var volume] => Volume(volume),
            ["--mount"] => Bind(next),
            ["--mount", var bind] => Bind(bind),
            _ => null,
        };
    }

    // HOST:INSIDE[:OPTIONS]; a name in place of a host path is a volume of the runtime.
    private static (string Inside, string Host)? Volume(string text) =>
        text.Split(':') is [['/', ..] host, ['/', ..] inside, ..] ? (inside.TrimEnd('/'), host.TrimEnd('/')) : null;

    private static (string Inside, string Host)? Bind(string text)
    {
        var parts = text.Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2)
            .ToLookup(part => part[0], part => part[1], StringComparer.Ordinal);
        string? First(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (parts[name].FirstOrDefault() is { } value)
                    return value;
            }
            return null;
        }
        return First("src", "source") is ['/', ..] host && First("dst", "target", "destination") is ['/', ..] inside
            ? (inside.TrimEnd('/'), host.TrimEnd('/'))
            : null;
    }
}
