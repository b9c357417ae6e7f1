using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Repository;

/// <summary>Each folder below <c>src</c> is a room, and uses only the rooms that the table in
/// <c>docs/architecture.md</c> allows.</summary>
public sealed class RoomsTests
{
    private static readonly SourceRooms Source = SourceRooms.Read(Path.Combine(Repo.Root, "src/EtcdSentinelExporter"));

    private static readonly Dictionary<string, string[]> Arrows =
        RoomTable.Parse(File.ReadAllText(Path.Combine(Repo.Root, "docs/architecture.md")));

    public static TheoryData<string> Rooms { get; } = [.. Source.Rooms];

    [Fact]
    public void The_table_names_every_room_and_no_other() => Assert.Equal(
        Source.Rooms.Order(StringComparer.Ordinal), Arrows.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_exactly_the_rooms_that_the_table_allows(string room) => Assert.Equal(
        Arrows[room].Order(StringComparer.Ordinal), Source.Uses(room).Order(StringComparer.Ordinal));

    [Fact]
    public void There_is_no_cycle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        Assert.All(Arrows.Keys, room => Assert.Empty(Cycle(room, [])));

        IEnumerable<string> Cycle(string room, string[] path)
        {
            if (path.Contains(room, StringComparer.Ordinal))
                return [.. path, room];
            if (!done.Add(room))
                return [];
            return Arrows[room].Select(next => Cycle(next, [.. path, room])).FirstOrDefault(cycle => cycle.Any()) ?? [];
        }
    }

    [Theory]
    [InlineData("using EtcdSentinelExporter.Web;", "Web")]
    [InlineData("using EtcdSentinelExporter.Host.Yaml;", "Host/Yaml")]
    [InlineData("var x = new EtcdSentinelExporter.Etcd.Client.EtcdClient(null);", "Etcd/Client")]
    [InlineData("var x = Client.EtcdReason.All;", "Etcd/Client")]
    [InlineData("var x = reading.Findings.Length;", "")]
    [InlineData("// using EtcdSentinelExporter.Web;", "")]
    [InlineData("var x = \"EtcdSentinelExporter.Web.Site\";", "")]
    public void A_use_is_seen_however_it_is_written(string code, string room) =>
        Assert.Equal(room, string.Join(' ', Source.UsedBy("Etcd/Members", code)));

    [Fact]
    public void A_room_inside_another_sees_the_types_of_the_outer_one() =>
        Assert.Equal(["Polling"], Source.UsedBy("Polling/Self", "Cadence cadence = null;"));
}
