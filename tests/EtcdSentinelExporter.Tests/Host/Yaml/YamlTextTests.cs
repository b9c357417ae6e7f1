using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Host.Yaml;
using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host.Yaml;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("a: 1", "1")]
    [InlineData("\uFEFFa: 1", "1")]
    [InlineData("a: '1'\r\nb: 2\r\n", "1")]
    [InlineData("{\"a\": \"1\"}", "1")]
    [InlineData("x: &v 1\na: *v", "1")]
    [InlineData("a: null", null)]
    [InlineData("a: 'null'", "null")]
    [InlineData("a: [1]", null)]
    [InlineData("b: 1", null)]
    [InlineData("- a", null)]
    public void A_scalar_is_found_under_its_key(string text, string? value) =>
        Assert.Equal(value, YamlText.Parse(text).At("a").Text());

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("---\n")]
    public void An_empty_text_has_no_root(string text) => Assert.Null(YamlText.Parse(text));

    [Fact]
    public void A_message_repeats_neither_invisible_characters_nor_long_keys()
    {
        var key = $"a\u202E{new string('b', 1000)}";

        var error = Assert.Throws<FormatException>(() => YamlText.Parse($"{key}: 1\n{key}: 2"));

        Assert.StartsWith("line 2: ", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 20, 250);
        Assert.DoesNotContain('\u202E', error.Message);
    }

    [Fact]
    public void All_documents_are_handed_out_in_order() =>
        Assert.Equal(
            ["1", "2"], YamlText.ParseAll("a: 1\n---\n---\na: 2\n").Select(root => root.At("a").Text()),
            StringComparer.Ordinal);

    [Theory]
    [InlineData("a: 1\n\tb: 2")]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: *nobody")]
    [InlineData("a: [1")]
    [InlineData(": [\na")]
    [InlineData("a: \"1")]
    [InlineData("a: b: c")]
    [InlineData("%YAML 9.9\n---\na: 1")]
    [InlineData("\t: >")]
    [InlineData("... {")]
    [InlineData("? [\n@")]
    [InlineData("a: *x\nb: &x 1")]
    [InlineData("a: &x 1\n---\nb: *x")]
    public void What_is_no_YAML_is_malformed_and_the_line_is_named(string text) =>
        Assert.StartsWith("line ", Complaint(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void A_megabyte_of_nesting_is_malformed(string opening) =>
        Assert.Contains(
            "64 levels", Complaint(new StringBuilder().Insert(0, opening, 300_000).ToString()),
            StringComparison.Ordinal);

    [Fact]
    public void A_text_with_too_many_values_is_malformed() =>
        Assert.Contains(
            "more than", Complaint(new StringBuilder("[").Insert(1, "1,", 300_000).ToString()),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("a: &a {b: *a, c: 1}")]
    [InlineData("a: &a {b: *a}")]
    [InlineData("&a [*a]")]
    [InlineData("&a [1, {b: [*a]}]")]
    public void A_circle_of_anchors_is_malformed(string text) =>
        Assert.Contains("an alias inside its own anchor", Complaint(text), StringComparison.Ordinal);

    [Fact]
    public void An_anchor_may_be_given_anew() =>
        Assert.Equal("2", YamlText.Parse("x: &a 1\ny: &a 2\na: *a").At("a").Text());

    [Fact]
    public void A_billion_laughs_are_malformed_and_cost_no_more_than_their_text()
    {
        var text = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
        foreach (var level in Enumerable.Range(1, 12))
        {
            var aliases = string.Join(", ", Enumerable.Repeat($"*l{level - 1}", 10));
            text.Append(CultureInfo.InvariantCulture, $"l{level}: &l{level} [{aliases}]\n");
        }

        // Level 5 holds 1,111,111 nodes: the first whose aliases stand for too much.
        Assert.StartsWith("line 6: aliases expand to more than", Complaint(text.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_counts_as_often_as_aliases_repeat_it()
    {
        string Repeated(int times) => $"a: &a {new string('x', 1000)}\nb: [{string.Join(", ", Enumerable.Repeat("*a", times))}]";

        Assert.Equal(1000, YamlText.Parse(Repeated(1000)).At("b").Items().Count());
        Assert.Contains("aliases expand to", Complaint(Repeated(1100)), StringComparison.Ordinal);
    }

    // All that a parser can throw at bad text, other than YamlException, came out of texts like these.
    [Fact]
    public void No_text_gives_anything_but_nodes_or_a_complaint()
    {
        string[] parts =
        [
            "a", "b: ", "- ", "[", "]", "{", "}", ",", " ", "\n", "\n  ", "\n---\n", "...", "? ", ": ", "&x ", "*x", "!t ",
            "\"", "'", "|", ">", "%YAML 1.2\n", "%TAG ! b\n", "#c", "\t", "%", "@", "`", "\uFEFF",
        ];

        Prop.ForAll<byte[]>(numbers => Record.Exception(() => YamlText.ParseAll(
            string.Concat(numbers.Select(number => parts[number % parts.Length])))) is null or FormatException).Holds();
    }

    // Their hash is taken from all that they hold: a circle would overflow the stack and end the process.
    [Theory]
    [InlineData("&a {? *a : 1}")]
    [InlineData("? &a [*a]\n: 1")]
    [InlineData("? {a: 1}\n: 1")]
    [InlineData("x: &x [1]\n*x : 1")]
    [InlineData("x: &x 1\n*x : 1")]
    [InlineData("[{a: 1, ? [b] : 2}]")]
    public void A_key_that_is_not_a_scalar_is_malformed(string text) =>
        Assert.Contains("a key that is not a scalar", Complaint(text), StringComparison.Ordinal);

    [Fact]
    public void Keys_after_nested_values_are_keys_again() =>
        Assert.Equal("3", YamlText.Parse("a: {x: [1, {y: 2}], z: 1}\nb: [[], {}]\nc: 3").At("c").Text());

    private static string Complaint(string text) =>
        Assert.Throws<FormatException>(() => YamlText.Parse(text)).Message;
}
