namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Size of one kind of files in a folder of etcd.</summary>
/// <param name="Name">One of <see cref="DirectoryUse.PartNames"/>.</param>
internal sealed record DirectoryPart(string Name, FolderUse Use);

/// <summary>Contents of a folder of etcd.</summary>
/// <param name="State">One of <see cref="States"/>.</param>
/// <param name="Parts">Parts that could be read completely.</param>
internal sealed record DirectoryUse(string State, ImmutableArray<DirectoryPart> Parts)
{
    public const string Ok = "ok";
    public const string Missing = "missing";
    public const string Empty = "empty";
    public const string Unreadable = "unreadable";
    public const string Forbidden = "forbidden";
    public const string Incomplete = "incomplete";

    public const string Backend = "backend";
    public const string Wal = "wal";
    public const string Snapshots = "snapshots";
    public const string Other = "other";

    public static ImmutableArray<string> States { get; } = [Ok, Missing, Empty, Unreadable, Forbidden, Incomplete];

    public static ImmutableArray<string> PartNames { get; } = [Backend, Wal, Snapshots, Other];

    /// <summary>Last write to the database or the WAL; <see langword="null"/> if unknown.</summary>
    public DateTimeOffset? LastWrite =>
        Parts.Where(part => part.Name is Backend or Wal).Select(part => part.Use.LastWrite).Max();

    public static DirectoryUse Without(string state) => new(state, []);
}
