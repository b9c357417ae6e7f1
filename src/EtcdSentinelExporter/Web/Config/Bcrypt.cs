using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Compares passwords with bcrypt hashes.</summary>
internal static class Bcrypt
{
    /// <summary>True if the hash is the one of this password. Takes as long as the hash's cost says, on one
    /// core.</summary>
    /// <remarks>As in every bcrypt, bytes after the 72nd do not count. A password that is not UTF-8 never fits: the
    /// library takes text, and replacement characters would make one password out of many.</remarks>
    public static bool Verify(byte[] password, BcryptHash hash)
    {
        // bcrypt repeats the password, with a zero after it, up to 72 bytes: "a\0a" would pass for "a".
        if (password.Contains((byte)0) || !Utf8.IsValid(password))
            return false;
        var found = BCrypt.Net.BCrypt.HashPassword(Encoding.UTF8.GetString(password), hash.Text);
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(found), Encoding.ASCII.GetBytes(hash.Text));
    }
}
