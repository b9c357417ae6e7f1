using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Keyspace;

namespace EtcdSentinelExporter.Cli;

/// <summary>What <c>writers</c> prints: the verdict first, then the most written resources, namespaces and
/// objects.</summary>
/// <param name="endpoint">The member that is watched.</param>
internal sealed class WritersReport(KeyNames names, string endpoint, TimeProvider clock)
{
    private const int MaxRows = 10;
    private const int MaxInLine = 3;

    private readonly Lock _gate = new();
    private readonly WriteTally _tally = new(names);
    private readonly long _started = clock.GetTimestamp();

    /// <summary>Counts a batch.</summary>
    public void Add(WatchBatch batch)
    {
        lock (_gate)
            _tally.Add(batch);
    }

    /// <summary>One line for the meantime.</summary>
    public string Line()
    {
        lock (_gate)
        {
            var top = _tally.Resources(MaxInLine).Select(one => $"{one.Name} {Percent(one.Count)}");
            return Text($"{Seconds:0} s: {_tally.All.Writes:#,0} writes, {Rate(_tally.All)}: {string.Join(", ", top)}");
        }
    }

    /// <summary>The whole report.</summary>
    public string Text()
    {
        lock (_gate)
        {
            var text = new StringBuilder(Verdict()).Append('\n');
            var all = _tally.All;
            text.Append(Text($"{all.Puts:#,0} puts and {all.Deletes:#,0} deletes in {Seconds:0} s ({Rate(all)}), "))
                .Append(Text($"{Size(all.Bytes)}; watched at {endpoint}.\n"));
            Append(text, "resource", _tally.Resources(MaxRows));
            Append(text, "namespace", _tally.Namespaces(MaxRows).Select(one => (
                one.Namespace is "" ? $"{one.Resource} (no namespace)" : $"{one.Resource} of {one.Namespace}",
                one.Count)));
            Append(text, "object", _tally.Objects(MaxRows).Select(one => ($"{one.Resource} {one.Name}", one.Count)));
            return text.ToString();
        }
    }

    private double Seconds => Math.Max(0.001, clock.GetElapsedTime(_started).TotalSeconds);

    private string Verdict()
    {
        if (_tally.Namespaces(1).FirstOrDefault() is not { Count: { } count } most)
            return "Nothing was written.";
        var whose = most.Namespace is "" ? most.Resource : $"{most.Resource} of namespace {most.Namespace}";
        var top = _tally.TopObject(most.Resource, most.Namespace) is { } name ? $"; top: {name}" : "";
        return $"{whose}: {Percent(count)} of all writes, {Rate(count)}{top}";
    }

    private void Append(StringBuilder text, string title, IEnumerable<(string Name, WriteCount Count)> rows)
    {
        text.Append(Text($"\n{"writes",10} {"share",6} {"per s",8} {"bytes",10}  {title}\n"));
        foreach (var (name, count) in rows)
        {
            text.Append(Text($"{count.Writes,10:#,0} {Percent(count),6} {count.Writes / Seconds,8:0.#} "))
                .Append(Text($"{Size(count.Bytes),10}  {name}\n"));
        }
    }

    private string Percent(WriteCount count) => Text($"{100.0 * count.Writes / Math.Max(1, _tally.All.Writes):0} %");

    private string Rate(WriteCount count) => Text($"{count.Writes / Seconds:0.#}/s");

    private static string Size(long bytes) => bytes >= 1 << 20
        ? Text($"{bytes / (double)(1 << 20):0.0} MiB")
        : Text($"{bytes / 1024.0:0.0} KiB");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
