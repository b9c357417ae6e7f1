using EtcdSentinelExporter.Text;
using Xunit;

namespace EtcdSentinelExporter.Tests.Text;

public sealed class VariableReferencesTests
{
    // As kubelet's own expansion does it: a reference that is not known is passed over whole.
    [Theory]
    [InlineData("$(A)", "1")]
    [InlineData("x$(A)y$(A)", "x1y1")]
    [InlineData("$(NONE)$(A)", "$(NONE)1")]
    [InlineData("$($(A))", "$($(A))")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$1")]
    [InlineData("$(A", "$(A")]
    [InlineData("$(A$(A)", "$(A$(A)")]
    [InlineData("$A $ $", "$A $ $")]
    [InlineData("$()", "$()")]
    [InlineData("", "")]
    public void References_are_replaced_as_kubelet_does(string text, string expected) => Assert.Equal(
        expected, VariableReferences.Expand(text, '(', ')', name => name == "A" ? "1" : null, new()));

    [Theory]
    [InlineData("$(", "")]
    [InlineData("$(", ")")]
    [InlineData("$(x", ")")]
    [InlineData("$", "")]
    public void Many_that_are_not_closed_look_up_at_most_one_name(string opening, string end)
    {
        var text = string.Concat(Enumerable.Repeat(opening, 40_000)) + end;
        var asked = 0;

        var expanded = VariableReferences.Expand(text, '(', ')', _ => (asked++, (string?)null).Item2, new());

        Assert.Equal(opening == "$" ? text.Length / 2 : text.Length, expanded.Length);
        Assert.InRange(asked, 0, 1);
    }

    [Fact]
    public void One_argument_is_no_longer_than_Linux_takes()
    {
        string Expand(int times) => VariableReferences.Expand(
            string.Concat(Enumerable.Repeat("$(A)", times)), '(', ')', _ => new string('x', 1024), new("/a.service"));

        Assert.Equal(ExpansionBudget.MaxLength, Expand(128).Length);
        Assert.StartsWith(
            "/a.service expands an argument or variable to more than 131072 characters",
            Assert.Throws<FormatException>(() => Expand(129)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_arguments_together_are_no_longer_than_Linux_takes()
    {
        var budget = new ExpansionBudget();
        for (var n = 0; n < ExpansionBudget.MaxTotal / ExpansionBudget.MaxLength; n++)
            VariableReferences.Expand("$(A)", '(', ')', _ => new string('x', ExpansionBudget.MaxLength), budget);

        var e = Assert.Throws<FormatException>(
            () => VariableReferences.Expand("x", '(', ')', _ => null, budget));

        Assert.Contains("its arguments and variables to more than 2097152", e.Message, StringComparison.Ordinal);
    }
}
