using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>A bcrypt hash as htpasswd and others write it: <c>$2y$10$</c>, 22 characters of salt, 31 of hash.</summary>
internal sealed partial record BcryptHash
{
    /// <summary>One step more takes twice the time; 14 is one to two seconds on one core.</summary>
    public const int HighestCost = 14;

    public const int LowestCost = 4;

    private BcryptHash(string text, int cost) => (Text, Cost) = (text, cost);

    public string Text { get; }

    public int Cost { get; }

    /// <exception cref="FormatException">Says what is wrong, without the hash.</exception>
    public static BcryptHash Parse(string text)
    {
        if (Shape().Match(text) is not { Success: true } shape)
        {
            throw new FormatException(
                "no bcrypt hash ($2a$, $2b$ or $2y$ and 60 characters); make one with \"htpasswd -nBC 10 ''\".");
        }
        var cost = int.Parse(shape.Groups["cost"].ValueSpan, CultureInfo.InvariantCulture);
        return cost is >= LowestCost and <= HighestCost
            ? new(text, cost)
            : throw new FormatException(
                $"the cost {cost} is not from {LowestCost} to {HighestCost}: whoever guesses a password would take the "
                + "node's processor; 10 is usual.");
    }

    // A hash is a secret of sorts: it can be guessed at.
    public override string ToString() => "bcrypt";

    [GeneratedRegex(
        @"^\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}\z", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Shape();
}
