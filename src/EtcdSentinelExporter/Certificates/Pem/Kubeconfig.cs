using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>The certificates of a kubeconfig, either embedded or in referenced files.</summary>
/// <remarks>Only those of the current context; without a current context, those of all users and clusters. A user with
/// a token, a password or a command has no certificate, which is valid. Keys are never read.</remarks>
/// <param name="Clients">Client certificates of users.</param>
/// <param name="Authorities">CAs of clusters.</param>
internal sealed record Kubeconfig(ImmutableArray<PemPart> Clients, ImmutableArray<PemPart> Authorities)
{
    /// <param name="folder">Folder of the kubeconfig; relative paths start there.</param>
    /// <exception cref="FormatException">Not a valid kubeconfig; the message does not name the file.</exception>
    public static Kubeconfig Parse(string text, string folder)
    {
        var root = YamlText.Parse(text);
        var users = Named(root, "users", "user");
        var clusters = Named(root, "clusters", "cluster");
        if (root.At("users") is null && root.At("clusters") is null)
            throw new FormatException("invalid kubeconfig: it has neither users nor clusters; create it again");
        if (root.At("current-context").Text() is { Length: > 0 } current)
        {
            var context = Named(root, "contexts", "context").FirstOrDefault(entry => entry.Name == current).Value
                ?? throw new FormatException(
                    "invalid kubeconfig: no context has the name in current-context; correct it");
            users = OfContext(users, context, "user");
            clusters = OfContext(clusters, context, "cluster");
        }
        return new(
            Parts(users, "client-certificate", folder),
            Parts(clusters, "certificate-authority", folder));
    }

    private static IEnumerable<(string? Name, YamlNode? Value)> Named(YamlNode? root, string list, string key) =>
        root.At(list).Items().Select(entry => (entry.At("name").Text(), entry.At(key)));

    /// <summary>Returns the entry that the context names; empty if it names none.</summary>
    private static ImmutableArray<(string? Name, YamlNode? Value)> OfContext(
        IEnumerable<(string? Name, YamlNode? Value)> entries, YamlNode context, string key)
    {
        if (context.At(key).Text() is not { Length: > 0 } name)
            return [];
        ImmutableArray<(string? Name, YamlNode? Value)> found = [.. entries.Where(entry => entry.Name == name).Take(1)];
        return found.IsEmpty
            ? throw new FormatException($"invalid kubeconfig: no {key} has the name in its current context; correct it")
            : found;
    }

    private static ImmutableArray<PemPart> Parts(
        IEnumerable<(string? Name, YamlNode? Value)> entries, string key, string folder) =>
        [.. entries.Select(entry => Part(entry.Value, key, folder)).OfType<PemPart>()];

    // As in client-go, embedded data takes precedence over a file.
    private static PemPart? Part(YamlNode? entry, string key, string folder)
    {
        if (entry.At($"{key}-data").Text() is { Length: > 0 } data)
            return new(key, data, Path: null);
        if (entry.At(key).Text() is not { Length: > 0 } path)
            return null;
        if (path.Length > HostPath.MaxLength || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new FormatException(
                $"invalid kubeconfig: {key} is not a valid path: it contains a NUL, or is too long; correct it");
        }
        return new(key, Data: null, path.StartsWith('/') ? path : $"{folder.TrimEnd('/')}/{path}");
    }
}

/// <summary>Embedded PEM text of a kubeconfig, or the path of a PEM file.</summary>
/// <param name="Key">Key in the kubeconfig, without "-data".</param>
/// <param name="Data">Base64, or <see langword="null"/>. Decoded only when needed, because YAML aliases can repeat it
/// very often.</param>
/// <param name="Path">Host path, or <see langword="null"/>.</param>
internal sealed record PemPart(string Key, string? Data, string? Path)
{
    /// <exception cref="FormatException">Not base64.</exception>
    public byte[] Decode()
    {
        try
        {
            return Convert.FromBase64String(Data ?? "");
        }
        catch (FormatException e)
        {
            throw new FormatException($"invalid kubeconfig: {Key}-data is not base64; create it again", e);
        }
    }
}
