namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Recorded drives behind a stand-in for smartctl that hangs, crashes or prints half a report.</summary>
internal sealed class SoakDrives
{
    // The exporter starts it without the lab's environment, by which leftovers are found and killed.
    private const string Smartctl = """
        #!/bin/sh
        export @MARKER@
        for word; do case "$word" in *megaraid,*) number="${word#*megaraid,}" ;; esac; done
        report="${0%/*}/$number.json" mode=
        [ ! -e "$report.mode" ] || read -r mode <"$report.mode"
        case "$mode" in
          hangs) exec sleep @MARK@ ;;
          forks) sleep @MARK@ & wait ;;
          crashes) kill -SEGV $$ ;;
          half) exec head -c 3000 "$report" ;;
        esac
        exec cat "$report"
        """;

    private static readonly string[] s_modes = ["hangs", "forks", "crashes", "half"];

    private readonly string _folder;
    private readonly int _count;

    /// <param name="folder">Folder with <c>smartctl</c> and the reports by number.</param>
    public SoakDrives(string folder, int count)
    {
        (_folder, _count) = (folder, count);
        Program = Path.Combine(folder, "smartctl");
        File.WriteAllText(Program, Smartctl.Replace("@MARK@", Mark, StringComparison.Ordinal)
            .Replace("@MARKER@", $"{TestRun.Marker}='{TestRun.Id}'", StringComparison.Ordinal));
    }

    public string Program { get; }

    /// <summary>Part of the command line of each process that the stand-in starts and leaves: another one in each
    /// run.</summary>
    public static string Mark { get; } = FormattableString.Invariant($"86399.{Environment.ProcessId}");

    /// <summary>A drive that does not answer as it should, for some seconds.</summary>
    public async Task FailAsync(Random random, CancellationToken stop)
    {
        var mode = Path.Combine(_folder, $"{random.Next(_count)}.json.mode");
        await File.WriteAllTextAsync(mode, s_modes[random.Next(s_modes.Length)] + "\n", CancellationToken.None);
        await SoakPause.BetweenAsync(random, 3, 20, stop);
        File.Delete(mode);
    }
}
