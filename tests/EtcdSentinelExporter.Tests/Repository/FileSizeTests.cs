using Xunit;

namespace EtcdSentinelExporter.Tests.Repository;

public sealed class FileSizeTests
{
    private static readonly string[] Sources =
        Directory.GetFiles(Path.Combine(Repo.Root, "src"), "*.cs", SearchOption.AllDirectories);

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        Assert.DoesNotContain(Sources, file => File.ReadAllLines(file).Length > 300);

    // Tests hold recordings and pages, whose lines are as long as they are.
    [Fact]
    public void No_line_is_longer_than_120_columns() => Assert.Empty(
        from file in Sources
        from line in File.ReadLines(file).Index()
        where line.Item.Length > 120
        select $"{Path.GetFileName(file)}:{line.Index + 1}");

    [Fact]
    public void Nothing_is_switched_off_or_left_for_later()
    {
        string[] unwanted = ["#pragma", "#nullable disable", "TODO", "FIXME", "SuppressMessage",
            "NotImplementedException"];

        Assert.NotEmpty(Sources);
        Assert.Empty(
            from file in Sources
            let text = File.ReadAllText(file)
            from word in unwanted
            where text.Contains(word, StringComparison.Ordinal)
            select $"{Path.GetFileName(file)}: {word}");
    }
}
