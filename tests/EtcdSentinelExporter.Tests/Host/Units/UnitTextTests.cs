using EtcdSentinelExporter.Host.Units;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host.Units;

public sealed class UnitTextTests
{
    [Fact]
    public void Lines_that_end_in_a_backslash_go_on_and_may_have_comments_between() =>
        Assert.Equal(
            ["etcd  --name=a  --data-dir=/b"],
            UnitText.Parse("[Service]\r\nExecStart=etcd \\\r\n# why\r\n  --name=a \\\r\n; why\r\n  --data-dir=/b\r\n")
                .List("ExecStart"),
            StringComparer.Ordinal);

    [Fact]
    public void Other_sections_and_comments_say_nothing() =>
        Assert.Empty(
            UnitText.Parse("ExecStart=a\n[Unit]\nExecStart=b\n[Service]\n#ExecStart=c\n;ExecStart=d\n")
                .List("ExecStart"));

    [Fact]
    public void An_empty_assignment_starts_the_list_anew_also_from_a_drop_in()
    {
        var unit = UnitText.Parse("[Service]\nExecStart=a\n")
            .With(UnitText.Parse("[Service]\nExecStart=\nExecStart=b\n"));

        Assert.Equal(["b"], unit.List("ExecStart"), StringComparer.Ordinal);
    }

    [Fact]
    public void A_file_that_ends_in_a_backslash_gives_what_it_holds() =>
        Assert.Equal(
            ["etcd --name=a"], UnitText.Parse("[Service]\nExecStart=etcd --name=a\\").List("ExecStart"),
            StringComparer.Ordinal);
}
