using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdSentinelExporter.Certificates.Pem;
using Xunit;

namespace EtcdSentinelExporter.Tests.Certificates;

/// <summary>Whoever makes a certificate chooses the names in it.</summary>
public sealed class HostileNamesTests
{
    [Theory]
    [InlineData("a \"quoted\" name", "a \\\"quoted\\\" name")]
    [InlineData("back\\slash", "back\\\\slash")]
    [InlineData("two\nlines", "two\uFFFDlines")]
    [InlineData("n\0ul", "n\uFFFDul")]
    [InlineData("\u202Egnp.exe", "\uFFFDgnp.exe")]
    [InlineData("emoji 🔑", "emoji 🔑")]
    public void A_name_stays_inside_its_label(string name, string shown)
    {
        using var node = new PemNode();

        var lines = PemNode.Lines(
            node.With(PemNode.SelfSigned(Named(UniversalTagNumber.UTF8String, Encoding.UTF8.GetBytes(name)))).Look());

        Assert.Contains(
            lines, line => line.Contains($"subject_cn=\"{shown}\",issuer_cn=\"{shown}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_of_ten_thousand_characters_is_cut()
    {
        using var node = new PemNode();

        var leaf = node.With(
            PemNode.SelfSigned(Named(UniversalTagNumber.UTF8String, [.. Enumerable.Repeat((byte)'x', 10_000)])))
                .Look().Leaf!;

        Assert.Equal(new string('x', CertificateFacts.MaxNameLength), leaf.SubjectName);
    }

    [Theory]
    [InlineData(UniversalTagNumber.T61String, new byte[] { 0x61, 0xE9, 0x62 })]
    [InlineData(UniversalTagNumber.PrintableString, new byte[] { 0x2A, 0x40 })]
    public void A_name_that_is_no_text_costs_only_the_name(UniversalTagNumber tag, byte[] bytes)
    {
        using var node = new PemNode();

        var file = node.With(PemNode.SelfSigned(Named(tag, bytes))).Look();

        Assert.True(file.IsLoaded);
        Assert.All(file.Leaf!.SubjectName.EnumerateRunes(), rune => Assert.False(Rune.IsControl(rune)));
    }

    [Theory]
    [InlineData(UniversalTagNumber.UTF8String, new byte[] { 0x61, 0xC3, 0x28, 0xFF })]
    [InlineData(UniversalTagNumber.BMPString, new byte[] { 0x00, 0x61, 0xD8, 0x00 })]
    public void A_name_that_breaks_its_own_encoding_makes_the_certificate_malformed(
        UniversalTagNumber tag, byte[] bytes)
    {
        using var node = new PemNode();
        var good = PemNode.SelfSigned(Named(UniversalTagNumber.UTF8String, "QQQQ"u8.ToArray()));
        using var certificate = X509Certificate2.CreateFromPem(good);
        var der = Convert.ToHexString(certificate.RawData)
            .Replace("0C0451515151", $"{(int)tag:X2}04{Convert.ToHexString(bytes)}", StringComparison.Ordinal);

        var file = node.With(
            PemEncoding.WriteString("CERTIFICATE", Convert.FromHexString(der)) + "\n" + PemNode.Ca.Pem).Look();

        Assert.Equal(["malformed"], PemNode.Reasons(file));
        Assert.Single(file.Certificates);
    }

    [Fact]
    public void A_certificate_without_a_common_name_has_an_empty_one()
    {
        using var node = new PemNode();

        Assert.Equal("", node.With(PemNode.SelfSigned(new X500DistinguishedName("O=only"))).Look().Leaf!.SubjectName);
    }

    private static X500DistinguishedName Named(UniversalTagNumber tag, byte[] bytes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.5.4.3");
            writer.WriteEncodedValue(Value(tag, bytes));
        }
        return new(writer.Encode());
    }

    // No writer of strings would take these bytes: so they are written as what they are, and called text.
    private static byte[] Value(UniversalTagNumber tag, byte[] bytes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(bytes);
        var value = writer.Encode();
        value[0] = (byte)tag;
        return value;
    }
}
