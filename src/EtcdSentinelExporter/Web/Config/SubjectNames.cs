using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Reads the subject alternative names of a certificate: DNS names, IP addresses, mail addresses and
/// URIs.</summary>
internal static class SubjectNames
{
    private const string Extension = "2.5.29.17";

    // GeneralName in RFC 5280, 4.2.1.6.
    private const int Mail = 1;
    private const int Dns = 2;
    private const int Uri = 6;
    private const int Address = 7;

    /// <summary>Returns the names; empty if the extension is missing or invalid.</summary>
    public static ImmutableArray<string> Of(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions[Extension] is { } extension ? Read(extension.RawData) : [];
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    private static ImmutableArray<string> Read(byte[] data)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var list = new AsnReader(data, AsnEncodingRules.DER).ReadSequence();
        while (list.HasData)
        {
            var tag = list.PeekTag();
            if (tag.TagClass is not TagClass.ContextSpecific || tag.TagValue is not (Mail or Dns or Uri or Address))
                list.ReadEncodedValue();
            else if (tag.TagValue is not Address)
                names.Add(list.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            else if (list.ReadOctetString(tag) is { Length: 4 or 16 } bytes)
                names.Add(new IPAddress(bytes).ToString());
        }
        return names.ToImmutable();
    }
}
