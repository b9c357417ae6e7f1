using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Yaml;
using Xunit;

namespace EtcdSentinelExporter.Tests.Yaml;

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

    [Fact]
    public void Anchors_may_form_a_circle_that_only_a_walk_without_a_bound_would_follow()
    {
        var root = YamlText.Parse("a: &a {b: *a, c: 1}");

        Assert.Equal("1", root.At("a").At("b").At("b").At("c").Text());
    }

    [Fact]
    public void A_billion_laughs_cost_no_more_than_their_text()
    {
        var text = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
        foreach (var level in Enumerable.Range(1, 12))
        {
            var aliases = string.Join(", ", Enumerable.Repeat($"*l{level - 1}", 10));
            text.Append(CultureInfo.InvariantCulture, $"l{level}: &l{level} [{aliases}]\n");
        }

        Assert.Equal(10, YamlText.Parse(text.ToString()).At("l12").Items().Count());
    }

    // Their hash is taken from all that they hold: a circle would overflow the stack and end the process.
    [Theory]
    [InlineData("&a {? *a : 1}")]
    [InlineData("? &a [*a]\n: 1")]
    [InlineData("? {a: 1}\n: 1")]
    [InlineData("x: &x [1]\n*x : 1")]
    [InlineData("x: &x 1\n*x : 1")]
    [InlineData("[{a: 1, ? [b] : 2}]")]
    public void A_key_that_is_no_text_is_malformed(string text) =>
        Assert.Contains("no plain text", Complaint(text), StringComparison.Ordinal);

    [Fact]
    public void Keys_after_nested_values_are_keys_again() =>
        Assert.Equal("3", YamlText.Parse("a: {x: [1, {y: 2}], z: 1}\nb: [[], {}]\nc: 3").At("c").Text());

    private static string Complaint(string text) =>
        Assert.Throws<FormatException>(() => YamlText.Parse(text)).Message;
}
