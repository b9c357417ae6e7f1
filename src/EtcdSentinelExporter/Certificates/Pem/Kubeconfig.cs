using System.Collections.Immutable;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Host.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>The certificates of a kubeconfig: in it, or in files that it names.</summary>
/// <remarks>Those of the current context; without one, those of all users and clusters. Users with a token, a password
/// or a command have none, which is no error. Keys are never looked at.</remarks>
/// <param name="Clients">Of users.</param>
/// <param name="Authorities">Of clusters.</param>
internal sealed record Kubeconfig(ImmutableArray<PemPart> Clients, ImmutableArray<PemPart> Authorities)
{
    /// <param name="folder">The kubeconfig's own; relative names start there.</param>
    /// <exception cref="FormatException">No kubeconfig; the message does not name the file.</exception>
    public static Kubeconfig Parse(string text, string folder)
    {
        var root = YamlText.Parse(text);
        var users = Named(root, "users", "user");
        var clusters = Named(root, "clusters", "cluster");
        if (root.At("users") is null && root.At("clusters") is null)
            throw new FormatException("is no kubeconfig: it has neither users nor clusters; write it anew");
        if (root.At("current-context").Text() is { Length: > 0 } current)
        {
            var context = Named(root, "contexts", "context").FirstOrDefault(entry => entry.Name == current).Value
                ?? throw new FormatException("names a current-context that it does not have; correct it");
            users = OfContext(users, context, "user");
            clusters = OfContext(clusters, context, "cluster");
        }
        return new(
            Parts(users, "client-certificate", folder),
            Parts(clusters, "certificate-authority", folder));
    }

    private static IEnumerable<(string? Name, YamlNode? Value)> Named(YamlNode? root, string list, string what) =>
        root.At(list).Items().Select(entry => (entry.At("name").Text(), entry.At(what)));

    /// <summary>The one that the context names; none where it names none.</summary>
    private static ImmutableArray<(string? Name, YamlNode? Value)> OfContext(
        IEnumerable<(string? Name, YamlNode? Value)> entries, YamlNode context, string what)
    {
        if (context.At(what).Text() is not { Length: > 0 } name)
            return [];
        ImmutableArray<(string? Name, YamlNode? Value)> found = [.. entries.Where(entry => entry.Name == name).Take(1)];
        return found.IsEmpty
            ? throw new FormatException($"its current-context names a {what} that it does not have; correct it")
            : found;
    }

    private static ImmutableArray<PemPart> Parts(
        IEnumerable<(string? Name, YamlNode? Value)> entries, string key, string folder) =>
        [.. entries.Select(entry => Part(entry.Value, key, folder)).OfType<PemPart>()];

    // client-go takes embedded data before a file.
    private static PemPart? Part(YamlNode? entry, string key, string folder)
    {
        if (entry.At($"{key}-data").Text() is { Length: > 0 } data)
            return new(key, data, Path: null);
        if (entry.At(key).Text() is not { Length: > 0 } path)
            return null;
        if (path.Length > HostPath.MaxLength || path.Contains('\0', StringComparison.Ordinal))
            throw new FormatException($"has a {key} that is no path: with a NUL, or too long; correct it");
        return new(key, Data: null, path.StartsWith('/') ? path : $"{folder.TrimEnd('/')}/{path}");
    }
}

/// <summary>Where PEM text of a kubeconfig is: exactly one of data and path is there.</summary>
/// <param name="Key">What the kubeconfig calls it.</param>
/// <param name="Data">Base64. Decoded only when its turn comes: aliases may repeat it without end.</param>
/// <param name="Path">Host path.</param>
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
            throw new FormatException($"has a {Key}-data that is not base64; write it anew", e);
        }
    }
}
