using System.Text;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>The three files of a TLS identity, in memory.</summary>
internal sealed class TestFiles
{
    public const string Ca = "/pki/ca.crt";
    public const string Cert = "/pki/client.crt";
    public const string Key = "/pki/client.key";

    private readonly Dictionary<string, string> _texts = [];

    public static TlsFiles Paths { get; } = new(Ca, Cert, Key);

    public string this[string path]
    {
        get => _texts[path];
        set => _texts[path] = value;
    }

    public static TestFiles Of(TestCertificate authority, TestCertificate client) =>
        new() { [Ca] = authority.Pem, [Cert] = client.Pem, [Key] = client.KeyPem };

    public byte[] Read(string path) =>
        _texts.TryGetValue(path, out var text)
            ? Encoding.UTF8.GetBytes(text)
            : throw new FileNotFoundException("no such file");

    public TlsIdentitySource Source(TimeProvider? clock = null) => new(Paths, Read, clock ?? TimeProvider.System);
}
