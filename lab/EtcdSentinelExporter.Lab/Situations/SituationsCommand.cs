using System.Collections.Immutable;
using System.CommandLine;

namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>Writes all situations as tests of promtool.</summary>
internal static class SituationsCommand
{
    public static ImmutableArray<Situation> All { get; } = [.. OrdinaryLife.All, .. Changes.All, .. Incidents.All];

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of the files; created if it is missing." };
        var rules = new Option<string>("--rules") { Description = "Folder of the rules.", DefaultValueFactory = _ => "rules" };
        Command command = new("situations", "Writes promtool tests of whole situations.") { folder, rules };
        command.SetAction(result => Write(result.GetRequiredValue(folder), result.GetRequiredValue(rules)));
        return command;
    }

    private static void Write(string folder, string rules)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.GetFiles(folder, "*.test.yaml"))
            File.Delete(old);
        var file = new SituationFile(Path.GetFullPath(rules));
        foreach (var situation in All)
            File.WriteAllText(Path.Combine(folder, $"{situation.Name}.test.yaml"), file.Text(situation));
    }
}
