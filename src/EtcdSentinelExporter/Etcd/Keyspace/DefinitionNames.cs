using System.Buffers;
using System.Text;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Names of custom resource definitions and of namespaces.</summary>
internal static class DefinitionNames
{
    private const int MaxLength = 253;

    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-."u8);

    /// <summary>The last segment of a key, if it is a name that Kubernetes accepts.</summary>
    public static string? NameOf(ByteString key)
    {
        var name = key.Span[(key.Span.LastIndexOf((byte)'/') + 1)..];
        return name.Length is > 0 and <= MaxLength && !name.ContainsAnyExcept(Allowed)
            ? Encoding.ASCII.GetString(name)
            : null;
    }

    /// <summary>Where the custom resources of a definition are, below the root.</summary>
    /// <param name="key">Ends in <c>plural.group</c>.</param>
    /// <returns><c>group/plural</c>; <see langword="null"/> if it is no name of a definition.</returns>
    public static string? PathOf(ByteString key)
    {
        if (NameOf(key) is not { } name)
            return null;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < name.Length - 1 ? $"{name[(dot + 1)..]}/{name[..dot]}" : null;
    }
}
