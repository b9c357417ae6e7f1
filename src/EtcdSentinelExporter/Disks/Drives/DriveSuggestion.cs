using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Suggests <c>drives.devices</c> for this node: the drives behind controllers that answer smartctl.</summary>
/// <param name="scan">Lists the devices that smartctl finds.</param>
internal sealed class DriveSuggestion(
    Func<CancellationToken, Task<ImmutableArray<ScannedDevice>>> scan, ISmartctl smartctl)
{
    private const int MaxTextLength = 300;

    private const string Remedy = "run this as root; in a container, with the node's /dev and with privileged: true "
        + "(or the capabilities SYS_RAWIO for SATA and SAS, SYS_ADMIN for NVMe).";

    private static readonly SmartQuestion Question = new(WithLogs: false, SkipsStandby: true, WasBusy: false);

    /// <summary>Returns YAML for the configuration file. Everything that is not to be set is a comment.</summary>
    /// <exception cref="FormatException">smartctl did not list the devices.</exception>
    public async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        var lines = new List<Line>();
        foreach (var device in await scan(cancellationToken))
            lines.Add(await LookAtAsync(device, cancellationToken));
        string[] items = [.. lines.Where(line => line.IsItem).Select(line => line.Text)];
        var comments = lines.Where(line => !line.IsItem).Select(line => line.Text)
            .Concat(items.Length == 0 ? [Conclusion(lines.Count, lines.Count(line => line.IsOpen))] : []);
        return Joined([.. comments.Select(comment => $"# {Comment(comment)}"),
            .. items.Length > 0 ? ["drives:", "  devices:", .. items] : Array.Empty<string>()]);
    }

    private async Task<Line> LookAtAsync(ScannedDevice device, CancellationToken cancellationToken)
    {
        if (device.Address is not { } address)
            return new($"{device.Name} ({device.Type}): {device.Reason}", device.IsOpen);
        var answer = await smartctl.AskAsync(
            new(address.Label, Serial: "", address.Path, address.Type, Disk: null), Question, cancellationToken);
        var text = $"{address.Path};{address.Type}";
        return IsThere(answer)
            ? new($"  - {text}  # {Comment(Of(answer))}", IsOpen: true, IsItem: true)
            : new($"{text}: {Of(answer)}", IsOpen: false);
    }

    // An empty list proves nothing if the drives could not be looked at.
    private static string Conclusion(int found, int open) =>
        found == 0 ? "smartctl finds no device; virtual disks without SMART are never listed. "
            + $"If the node has other drives, {Remedy}"
        : open == 0 ? $"No device can be opened, so nothing can be suggested: {Remedy}"
        : open < found ? "No drive behind a controller answers. "
            + $"If one of the devices that cannot be opened is such a drive, {Remedy}"
        : "No drive is behind a controller: drives.devices is not needed.";

    // A drive that sleeps is there.
    private static bool IsThere(SmartAnswer answer) => answer.Report is not null || answer.State is ReadState.Standby;

    private static string Of(SmartAnswer answer)
    {
        if (answer.Report is not { } report)
            return $"{answer.State}: {answer.Message}";
        var identity = report.Identity;
        return $"{answer.State}: {identity.Model}, serial number {identity.Serial}";
    }

    private static string Comment(string text) => DisplayText.Of(text, MaxTextLength);

    private static string Joined(ImmutableArray<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    /// <param name="Text">Comment, or item of the list.</param>
    /// <param name="IsOpen">True if smartctl could open the device.</param>
    private sealed record Line(string Text, bool IsOpen, bool IsItem = false);
}
