using EtcdSentinelExporter.Settings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Settings;

public sealed class SettingsReaderTests
{
    private static readonly Setting<string> Name = new("thing.name", "Its name.", "default", SettingParsers.Text);
    private static readonly Setting<TimeSpan> Every = new("thing.every", "How often.", "15s", SettingParsers.Duration);
    private static readonly ListSetting<string> Parts = new("thing.parts", "Its parts.", "a b", SettingParsers.Text);
    private static readonly SettingTable Table = new([GeneralSettings.ConfigFile, Name, Every, Parts]);

    [Fact]
    public void Without_any_source_the_defaults_hold()
    {
        var settings = ReadAll("", []);

        Assert.Empty(settings.Problems);
        Assert.Equal("default", settings.Get(Name));
        Assert.Equal("a|b", string.Join('|', settings.Get(Parts)));
    }

    [Fact]
    public void Flag_beats_environment_beats_file()
    {
        const string file = "thing: {name: file, every: 1s, parts: [file]}";

        Assert.Equal("file", ReadAll(file, []).Get(Name));
        Assert.Equal("variable", ReadAll(file, [("ETCDSENTINEL_THING_NAME", "variable")]).Get(Name));
        Assert.Equal(
            "flag", ReadAll(file, [("ETCDSENTINEL_THING_NAME", "variable")], ("thing.name", "flag")).Get(Name));
    }

    [Fact]
    public void The_strongest_source_replaces_a_whole_list()
    {
        const string file = "thing:\n  parts:\n  - x y\n  - z\n";

        Assert.Equal("x y|z", string.Join('|', ReadAll(file, []).Get(Parts)));
        Assert.Equal("1|2", string.Join('|', ReadAll(file, [("ETCDSENTINEL_THING_PARTS", " 1  2 ")]).Get(Parts)));
        Assert.Equal(
            "p,q", Assert.Single(
                ReadAll(file, [("ETCDSENTINEL_THING_PARTS", "1 2")], ("thing.parts", "p,q")).Get(Parts)));
    }

    [Fact]
    public void One_scalar_is_a_list_of_one() =>
        Assert.Equal("x y", string.Join('|', ReadAll("thing: {parts: x y}", []).Get(Parts)));

    [Fact]
    public void An_empty_file_is_no_settings() => Assert.Empty(ReadAll("# nothing\n", []).Problems);

    [Fact]
    public void All_complaints_come_at_once_with_their_origins()
    {
        var settings = ReadAll(
            "thing:\n  every: 5x\n  nam: y\n", [("ETCDSENTINEL_THING_NAM", "x"), ("HOME", "/")], ("thing.name", "a"),
                ("thing.name", "b"));

        Assert.Equal(
        [
            "\"ETCDSENTINEL_THING_NAM\" (environment): unknown setting; did you mean ETCDSENTINEL_THING_NAME?",
            "\"thing.nam\" (config.yaml:3): unknown setting; did you mean thing.name?",
            "thing.name: set 2 times (--thing.name); set it once.",
            "thing.every: \"5x\" (config.yaml:2): write a duration such as 500ms, 15s, 5m, 1h30m or 30d.",
        ], settings.Problems);
    }

    [Theory]
    [InlineData("[]", "config.yaml:1: write keys and values here")]
    [InlineData("thing: x", "\"thing\" (config.yaml:1): write keys and values here")]
    [InlineData("thing: {name: {a: b}}", "thing.name (config.yaml:1): write one value.")]
    [InlineData("thing: {name: [a]}", "thing.name (config.yaml:1): write one value.")]
    [InlineData("thing: {parts: []}", "thing.parts (config.yaml:1): the list is empty")]
    [InlineData("thing: {parts: [[a]]}", "thing.parts (config.yaml:1): each item must be one value.")]
    [InlineData("thing: {parts: {a: b}}", "thing.parts (config.yaml:1): write one value, or a list")]
    [InlineData("thing: {name: }", "thing.name: \"\" (config.yaml:1): the value is empty")]
    [InlineData("thing: {name: a, name: b}", "config.yaml: invalid YAML: line 1")]
    [InlineData("thing.name: a", "thing.name (config.yaml:1): write one level for each dot")]
    [InlineData("config: {file: a}", "config.file (config.yaml:1): not allowed in the file")]
    [InlineData("thing: &a {name: *a}", "config.yaml: invalid YAML: line 1: an alias inside")]
    [InlineData("{\t", "config.yaml: invalid YAML")]
    [InlineData("\"a\\nb\": 1", "\"a�b\" (config.yaml:1): unknown setting")]
    public void What_the_file_gets_wrong_is_named(string yaml, string complaint) =>
        Assert.Contains(ReadAll(yaml, []).Problems, problem => problem.StartsWith(complaint, StringComparison.Ordinal));

    [Fact]
    public void A_deeply_nested_file_is_refused() =>
        Assert.Contains("nested deeper", Assert.Single(ReadAll(new string('[', 100_000), []).Problems),
            StringComparison.Ordinal);

    [Fact]
    public void A_file_that_cannot_be_read_is_named_once()
    {
        var settings = new SettingsReader(Table, _ => throw new FormatException("no such file."))
            .Read(Flags(("config.file", "/x.yaml")), new Dictionary<string, string>(StringComparer.Ordinal));

        Assert.Equal("config.file: \"/x.yaml\" (--config.file): no such file.",
            Assert.Single(settings.Problems));
    }

    [Fact]
    public void A_password_in_a_url_is_not_repeated()
    {
        var settings = ReadAll("", [], ("thing.every", "https://user:secret@etcd:2379"));

        Assert.DoesNotContain("secret", Assert.Single(settings.Problems), StringComparison.Ordinal);
    }

    private static SettingValues ReadAll(
        string yaml, (string, string)[] environment, params (string Key, string Text)[] flags) =>
        new SettingsReader(Table, _ => yaml).Read(
            Flags([("config.file", "config.yaml"), .. flags]),
            environment.ToDictionary(e => e.Item1, e => e.Item2, StringComparer.Ordinal));

    private static RawSettings Flags(params (string Key, string Text)[] flags) =>
        new([.. flags.Select(f => new RawSetting(f.Key, f.Text, "--" + f.Key))], []);
}
