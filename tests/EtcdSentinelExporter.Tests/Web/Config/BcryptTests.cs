using System.Text;
using EtcdSentinelExporter.Web.Config;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web.Config;

public sealed class BcryptTests
{
    private const string Longest = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const string HashOfLongest = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";

    [Theory]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", true)]
    [InlineData("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", true)]
    [InlineData("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", true)]
    [InlineData("U*V", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false)]
    [InlineData("", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false)]
    [InlineData("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy", true)]
    [InlineData("U*U\0", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false)]
    [InlineData("U*U\0more", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false)]
    [InlineData("U*U\0U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false)]
    [InlineData("pässwörd €", "$2y$05$abcdefghijklmnopqrstuuY8YJcx7OeCJ9JYO3w834ps8x/8H3Gfy", true)]
    [InlineData("\uFFFD", "$2y$05$abcdefghijklmnopqrstuuY7bwe2HhTnliwMrvx4.Sd7v68yRYAd2", true)]
    public void A_password_fits_its_hash_and_no_other(string password, string hash, bool fits) =>
        Assert.Equal(fits, Bcrypt.Verify(Encoding.UTF8.GetBytes(password), BcryptHash.Parse(hash)));

    [Theory]
    [InlineData("", true)]
    [InlineData("chars after 72 are ignored", true)]
    [InlineData("é", true)]
    [InlineData("\0", false)]
    public void Bytes_after_the_72nd_do_not_count(string rest, bool fits) =>
        Assert.Equal(fits, Bcrypt.Verify(Encoding.UTF8.GetBytes(Longest + rest), BcryptHash.Parse(HashOfLongest)));

    // The hashes are those of these bytes: other checkers accept them.
    [Theory]
    [InlineData("A3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq")]
    [InlineData("FF", "$2y$05$abcdefghijklmnopqrstuuIvqYLgHC30IizM.bXlTCQaCLUpbXyua")]
    [InlineData("552A55FF55", "$2y$05$abcdefghijklmnopqrstuusdaZpGZoaQ.ysYT9C7PTDLhezUHAwPi")]
    public void A_password_that_is_not_utf8_never_fits(string bytes, string hash) =>
        Assert.False(Bcrypt.Verify(Convert.FromHexString(bytes), BcryptHash.Parse(hash)));

    [Theory]
    [InlineData("FF")]
    [InlineData("C080")]
    [InlineData("EDA080")]
    public void Bytes_that_are_not_utf8_are_no_replacement_character(string bytes) =>
        Assert.False(Bcrypt.Verify(
            Convert.FromHexString(bytes),
            BcryptHash.Parse("$2y$05$abcdefghijklmnopqrstuuY7bwe2HhTnliwMrvx4.Sd7v68yRYAd2")));

    [Fact]
    public void Invalid_utf8_after_the_72nd_byte_makes_the_password_invalid_too() =>
        Assert.False(Bcrypt.Verify([.. Encoding.UTF8.GetBytes(Longest), 0xFF], BcryptHash.Parse(HashOfLongest)));

    // Salts and hashes whose last character holds bits that no checker writes.
    [Theory]
    [InlineData('.')]
    [InlineData('/')]
    [InlineData('z')]
    [InlineData('9')]
    public void A_hash_that_no_password_has_is_wrong_and_no_error(char c) =>
        Assert.False(Bcrypt.Verify("U*U"u8.ToArray(), BcryptHash.Parse($"$2b$04${new string(c, 53)}")));

    [Theory]
    [InlineData("secret")]
    [InlineData("$1$abc$def")]
    [InlineData("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe")]
    [InlineData("$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n")]
    [InlineData("$2y$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2y$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2y$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    public void What_is_no_hash_or_costs_too_much_is_refused_and_not_repeated(string text)
    {
        var e = Assert.Throws<FormatException>(() => BcryptHash.Parse(text));

        Assert.DoesNotContain(text, e.Message, StringComparison.Ordinal);
    }
}
