using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

public sealed partial class SettingsTests
{
    private static readonly IReadOnlyList<Setting> Rows = Catalog.Settings.Rows;

    [Fact]
    public void Every_key_is_dotted_kebab_case_and_stands_once()
    {
        Assert.All(Rows, row => Assert.Matches(Kebab(), row.Key));
        Assert.Equal(Rows.Count, Rows.Select(row => row.Key).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void No_two_variables_are_the_same() =>
        Assert.Equal(Rows.Count, Rows.Select(row => row.Variable).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void No_key_is_the_beginning_of_another() => Assert.Empty(
        from one in Rows
        from other in Rows
        where other.Key.StartsWith(one.Key + ".", StringComparison.Ordinal)
        select $"{one.Key} {other.Key}");

    [Fact]
    public void Every_default_is_a_value_that_could_be_given()
    {
        var settings = new SettingValues(Array.Empty<RawSetting>().ToLookup(given => given.Key, StringComparer.Ordinal));
        Assert.All(Rows, row => row.Check(settings));
        Assert.Empty(settings.Problems);
    }

    [Fact]
    public void Every_collector_can_be_switched_off_and_paced() => Assert.All(Catalog.All.Where(kind => kind.RunsIf is null), kind => Assert.Superset(
        new HashSet<string>(StringComparer.Ordinal) { $"{kind.Name}.enabled", $"{kind.Name}.every",
            $"{kind.Name}.timeout" },
        kind.Settings.Select(row => row.Key).ToHashSet(StringComparer.Ordinal)));

    [Fact]
    public void The_settings_page_is_what_the_code_says()
    {
        var page = new StringBuilder(Intro).Append(
            "\n| Key and flag | Environment variable | Default | Meaning |\n| --- | --- | --- | --- |\n");
        foreach (var row in Rows)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| `{row.Flag}` | `{row.Variable}` | {(row.Default is "" ? "–" : $"`{row.Default}`")} | "
                + $"{row.Help}{Notes(row)} |\n");
        }
        Golden.Match(page.ToString(), Path.Combine(Repo.Root, "docs", "settings.md"));
    }

    private static string Notes(Setting row) =>
        (row.Repeatable ? " A list." : "") + (row.InFile ? "" : " Not in the file.");

    private const string Intro = """
        # Settings

        Written by a test; `UPDATE_GOLDEN=1 dotnet test` rewrites it.

        On a kubeadm node nothing has to be set. What is set can be given in three ways:

        | | how | for `log.level` |
        | --- | --- | --- |
        | flag | `--key=value` or `--key value` | `--log.level=debug` |
        | environment | `ETCDSENTINEL_` and the key in capitals; dots and dashes become underscores | `ETCDSENTINEL_LOG_LEVEL=debug` |
        | file | YAML, one level for each dot; its path is `--config.file` | `log:` and below it `level: debug` |

        - Flag beats environment beats file beats default.
        - A list is a repeated flag, a YAML list (or one value), or items with spaces between them in the environment.
          The strongest source replaces the whole list. Nothing is split at commas.
        - Durations are written as in Prometheus: `500ms`, `15s`, `5m`, `1h30m`, `30d`. Booleans are `true` or `false`.
        - A flag takes the word that follows it: write `--members.enabled=false`, with the equals sign.
        - An empty value is an error; leave the setting out instead. An empty file is no settings.
        - A key, flag or `ETCDSENTINEL_` variable that does not exist is an error.
        - A Service called `etcdsentinel` in the same namespace makes Kubernetes set such variables:
          set `enableServiceLinks: false` on the pod.
        - The file must be UTF-8 and at most 1 MiB. It is read once, at the start.

        The program does not start with a wrong setting: it prints everything that is wrong and ends with exit code 64.
        Where it cannot listen, it says why and ends with exit code 1.

        """;

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*([.][a-z][a-z0-9]*(-[a-z0-9]+)*)+$")]
    private static partial Regex Kebab();
}
