using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Incidents;

/// <summary>Copies of the shipped rules in which a minute of <c>for</c> is a second, at least 10 s: a shorter one would
/// fire between two polls. Groups that are evaluated every 5 minutes are evaluated like the others, and a look at each
/// hour is one at each minute: no full hour may be within an incident.</summary>
internal static partial class RuleCopies
{
    private const int MinSeconds = 10;

    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(Repo.Root, "rules"), "*.rules.yaml"))
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), Shorten(File.ReadAllText(file)));
    }

    /// <summary>Shortens each <c>for</c> of a file of rules.</summary>
    public static string Shorten(string rules) => For().Replace(WithoutSlowness(rules), match =>
    {
        var seconds = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) * match.Groups[3].Value switch
        {
            "d" => 86400,
            "h" => 3600,
            "m" => 60,
            _ => 1,
        };
        return $"{match.Groups[1].Value}{(seconds == 0 ? 0 : Math.Max(seconds / 60, MinSeconds))}s";
    });

    private static string WithoutSlowness(string rules) => Hours().Replace(Interval().Replace(rules, ""), ":$1m]");

    [GeneratedRegex(@"^ *interval: .*\n", RegexOptions.Multiline)]
    private static partial Regex Interval();

    [GeneratedRegex(@":(\d+)h\]")]
    private static partial Regex Hours();

    [GeneratedRegex(@"^(\s*for: *)(\d+)([smhd])", RegexOptions.Multiline)]
    private static partial Regex For();
}
