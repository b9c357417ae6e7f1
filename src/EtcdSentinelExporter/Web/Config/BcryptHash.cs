using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Web.Config;

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
