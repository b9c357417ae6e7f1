using EtcdSentinelExporter.Text;
using Xunit;

namespace EtcdSentinelExporter.Tests.Text;

public sealed class UnsafeCharactersTests
{
    [Theory]
    [InlineData("a\u202Eb\u2066c\u200Fd", "a\uFFFDb\uFFFDc\uFFFDd")]
    [InlineData("\uFEFFa\u200Bb\u00ADc", "\uFFFDa\uFFFDb\uFFFDc")]
    [InlineData("a\u2028b\u2029c\u0085d\u001Be", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe")]
    [InlineData("tag \U000E0041 and music \U0001D173", "tag \uFFFD and music \uFFFD")]
    [InlineData("\U0001F6A8 ä \uE000 中", "\U0001F6A8 ä \uE000 中")]
    public void What_changes_the_text_around_it_is_replaced_and_nothing_else(string text, string safe) =>
        Assert.Equal(safe, UnsafeCharacters.Replace(text));

    // Not as inline data: half of a pair does not survive an attribute.
    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced_and_a_pair_is_not() => Assert.Equal(
        "\uFFFD \U0001F6A8 \uFFFD",
        UnsafeCharacters.Replace(string.Concat((char)0xD83D, " \U0001F6A8 ", (char)0xDEA8)));

    [Fact]
    public void What_the_caller_escapes_is_kept() =>
        Assert.Equal("a\nb\uFFFDc", UnsafeCharacters.Replace("a\nb\rc", kept: "\n"));
}
