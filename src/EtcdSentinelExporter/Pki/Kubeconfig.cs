using System.Collections.Immutable;
using EtcdSentinelExporter.Yaml;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Pki;

/// <summary>The certificates of a kubeconfig: in it, or in files that it names.</summary>
/// <remarks>Those of the current context; without one, those of all users and clusters. Users with a token, a password
/// or a command have none, which is no error. Keys are never looked at.</remarks>
/// <param name="Clients">Of users.</param>
/// <param name="Authorities">Of clusters.</param>
internal sealed record Kubeconfig(ImmutableArray<PemPart> Clients, ImmutableArray<PemPart> Authorities)
{
    private const int MostEntries = 100;

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
            users = users.Where(entry => entry.Name == context.At("user").Text());
            clusters = clusters.Where(entry => entry.Name == context.At("cluster").Text());
        }
        return new(
            Parts(users, "client-certificate", folder),
            Parts(clusters, "certificate-authority", folder));
    }

    private static IEnumerable<(string? Name, YamlNode? Value)> Named(YamlNode? root, string list, string what) =>
        root.At(list).Items().Take(MostEntries).Select(entry => (entry.At("name").Text(), entry.At(what)));

    private static ImmutableArray<PemPart> Parts(
        IEnumerable<(string? Name, YamlNode? Value)> entries, string key, string folder) =>
        [.. entries.Select(entry => Part(entry.Value, key, folder)).OfType<PemPart>()];

    // client-go takes embedded data before a file.
    private static PemPart? Part(YamlNode? entry, string key, string folder)
    {
        if (entry.At($"{key}-data").Text() is { Length: > 0 } data)
            return new(Decoded(data, key), Path: null);
        return entry.At(key).Text() is { Length: > 0 } path
            ? new(Bytes: null, path.StartsWith('/') ? path : $"{folder.TrimEnd('/')}/{path}")
            : null;
    }

    private static byte[] Decoded(string data, string key)
    {
        try
        {
            return Convert.FromBase64String(data);
        }
        catch (FormatException e)
        {
            throw new FormatException($"has a {key}-data that is not base64; write it anew", e);
        }
    }
}

/// <summary>PEM text, or the file that holds it: exactly one of the two.</summary>
/// <param name="Path">Host path.</param>
internal sealed record PemPart(byte[]? Bytes, string? Path);
