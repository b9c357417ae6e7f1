using EtcdSentinelExporter.Text;
using Xunit;

namespace EtcdSentinelExporter.Tests.Text;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  a\t b\n", "a|b")]
    [InlineData("'a b' \"c d\"", "a b|c d")]
    [InlineData("--a='b c'd", "--a=b cd")]
    [InlineData("a\\ b", "a b")]
    [InlineData("'a\\b'", "a\\b")]
    [InlineData("\"a 'b\"", "a 'b")]
    [InlineData("'' a", "|a")]
    [InlineData("'open a", "open a")]
    [InlineData("a\\", "a\\")]
    [InlineData("a \\\n  b\\\nc", "a|bc")]
    public void Words_are_split_as_shells_do(string line, string words) =>
        Assert.Equal(words, string.Join('|', ShellWords.Split(line)));
}
