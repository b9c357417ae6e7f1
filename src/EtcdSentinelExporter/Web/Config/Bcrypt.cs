using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Verifies passwords against bcrypt hashes.</summary>
internal static class Bcrypt
{
    /// <summary>True if the hash belongs to this password. The hash's cost decides how long it takes on one
    /// core.</summary>
    /// <remarks>As in every bcrypt, bytes after the 72nd are ignored. A password that is not UTF-8 is always invalid:
    /// the library accepts text, and replacement characters would make many passwords equal.</remarks>
    public static bool Verify(byte[] password, BcryptHash hash)
    {
        // bcrypt repeats the password, with a zero after it, up to 72 bytes: "a\0a" would match the hash of "a".
        if (password.Contains((byte)0) || !Utf8.IsValid(password))
            return false;
        var found = BCrypt.Net.BCrypt.HashPassword(Encoding.UTF8.GetString(password), hash.Text);
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(found), Encoding.ASCII.GetBytes(hash.Text));
    }
}
