using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
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

/// <summary>A bcrypt hash in the format of htpasswd: <c>$2y$10$</c>, 22 characters of salt, 31 of hash.</summary>
internal sealed partial record BcryptHash
{
    /// <summary>Each step doubles the time; 14 takes one to two seconds on one core.</summary>
    public const int MaxCost = 14;

    public const int MinCost = 4;

    private BcryptHash(string text, int cost) => (Text, Cost) = (text, cost);

    public string Text { get; }

    public int Cost { get; }

    /// <exception cref="FormatException">The hash is invalid. The message does not contain the hash.</exception>
    public static BcryptHash Parse(string text)
    {
        if (Shape().Match(text) is not { Success: true } shape)
        {
            throw new FormatException(
                "invalid bcrypt hash ($2a$, $2b$ or $2y$, 60 characters); create one with \"htpasswd -nBC 10 ''\".");
        }
        var cost = int.Parse(shape.Groups["cost"].ValueSpan, CultureInfo.InvariantCulture);
        return cost is >= MinCost and <= MaxCost
            ? new(text, cost)
            : throw new FormatException(
                $"bcrypt cost {cost} is not from {MinCost} to {MaxCost}; use 10. "
                + "Higher costs would let a client that guesses passwords overload the node.");
    }

    // A hash is confidential: it allows offline guessing.
    public override string ToString() => "bcrypt";

    [GeneratedRegex(
        @"^\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}\z", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Shape();
}
