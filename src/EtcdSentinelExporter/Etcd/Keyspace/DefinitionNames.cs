using System.Buffers;
using System.Text;
using Google.Protobuf;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Names of custom resource definitions.</summary>
internal static class DefinitionNames
{
    private const int MaxLength = 253;

    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-."u8);

    /// <summary>Where the custom resources of a definition are, below the root.</summary>
    /// <param name="key">Ends in <c>plural.group</c>.</param>
    /// <returns><c>group/plural</c>; <see langword="null"/> if it is no name of a definition.</returns>
    public static string? PathOf(ByteString key)
    {
        var bytes = key.Span;
        var name = bytes[(bytes.LastIndexOf((byte)'/') + 1)..];
        var dot = name.IndexOf((byte)'.');
        return dot > 0 && dot < name.Length - 1 && name.Length <= MaxLength && !name.ContainsAnyExcept(Allowed)
            ? $"{Encoding.ASCII.GetString(name[(dot + 1)..])}/{Encoding.ASCII.GetString(name[..dot])}"
            : null;
    }
}
