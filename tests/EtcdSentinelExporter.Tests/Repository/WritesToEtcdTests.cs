using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Repository;

/// <summary>The exporter reads. What writes to etcd is one room, and only the verbs for it can reach that
/// room.</summary>
public sealed partial class WritesToEtcdTests
{
    private const string Maintenance = "Etcd/Maintenance";

    // Calls of the library that change nothing but the list of logins.
    private static readonly string[] Reading =
        ["StatusAsync", "GetAsync", "MemberListAsync", "HashKVAsync", "AuthenticateAsync", "Dispose"];

    private static readonly string Source = Path.Combine(Repo.Root, "src/EtcdSentinelExporter");

    private static IEnumerable<(string Path, string Text)> Others =>
        from path in Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Source, path)
        where !name.StartsWith(Maintenance + "/", StringComparison.Ordinal)
            && name.Split('/')[0] is not ("bin" or "obj")
        select (name, File.ReadAllText(path));

    [Fact]
    public void Only_Cli_and_Recovery_use_the_room_that_writes_and_only_Cli_uses_Recovery()
    {
        var rooms = SourceRooms.Read(Source);

        Assert.Contains(Maintenance, rooms.Rooms);
        Assert.DoesNotContain(
            rooms.Rooms, room => room is not ("Cli" or "Recovery") && rooms.Uses(room).Contains(Maintenance));
        Assert.DoesNotContain(rooms.Rooms, room => room != "Cli" && rooms.Uses(room).Contains("Recovery"));
    }

    [Fact]
    public void In_Cli_only_the_verbs_that_write_name_it() => Assert.Empty(
        from file in Others
        where file.Path.StartsWith("Cli/", StringComparison.Ordinal)
            && (file.Text.Contains("Etcd.Maintenance", StringComparison.Ordinal)
                || file.Text.Contains("EtcdSentinelExporter.Recovery;", StringComparison.Ordinal))
        let name = Path.GetFileName(file.Path)
        where !name.StartsWith("Defragment", StringComparison.Ordinal)
            && !name.StartsWith("Recover", StringComparison.Ordinal)
        select file.Path);

    [Fact]
    public void Only_known_files_send_calls_and_none_of_their_calls_writes()
    {
        var senders = Others.Where(file => Sender().IsMatch(file.Text)).ToArray();

        Assert.Equal(
            ["Etcd/Client/EtcdChannel.cs", "Etcd/Client/EtcdClient.cs", "Etcd/Client/EtcdConnection.cs",
                "Etcd/Client/EtcdLogin.cs", "Etcd/Client/EtcdWatch.cs"],
            senders.Select(file => file.Path).Order(StringComparer.Ordinal));
        var forbidden = typeof(dotnet_etcd.EtcdClient).GetMethods().Select(method => method.Name)
            .Except(typeof(object).GetMethods().Select(method => method.Name), StringComparer.Ordinal)
            .Except(Reading, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("DefragmentAsync", forbidden);
        Assert.Contains("Put", forbidden);
        Assert.Empty(
            from file in senders
            from call in Call().Matches(file.Text)
            where forbidden.Contains(call.Groups["name"].Value)
            select $"{file.Path}: {call.Value}");
    }

    [Fact]
    public void No_message_of_a_call_that_writes_is_named_elsewhere() => Assert.Empty(
        from file in Others
        from message in WritingMessage().Matches(file.Text)
        select $"{file.Path}: {message.Value}");

    [GeneratedRegex(@"dotnet_etcd|EtcdCall<|\.CallAsync|CallInvoker\(\)|DuplexStreamingCall")]
    private static partial Regex Sender();

    [GeneratedRegex(@"\b\w+\.(?<name>\w+)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"\b(?:Put|Txn|DeleteRange|Compaction|Defragment|Alarm|MoveLeader|LeaseGrant|LeaseRevoke|"
        + @"LeaseKeepAlive|MemberAdd|MemberRemove|MemberUpdate|MemberPromote|Downgrade|Auth(?:User|Role|Enable|"
        + @"Disable)\w*|Snapshot)Request\b")]
    private static partial Regex WritingMessage();
}
