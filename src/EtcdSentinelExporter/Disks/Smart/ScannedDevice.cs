using System.Text.Json;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>A device in the output of <c>smartctl --scan-open</c>.</summary>
/// <param name="Name">Path: <c>/dev/bus/0</c>.</param>
/// <param name="Type">smartctl's <c>--device</c>: <c>megaraid,14</c>.</param>
/// <param name="Address">Its address for the settings; <see langword="null"/> if it is not to be set.</param>
/// <param name="Reason">Why it is not to be set.</param>
/// <param name="IsOpen">True if smartctl could open it.</param>
internal sealed record ScannedDevice(string Name, string Type, DriveAddress? Address, string Reason, bool IsOpen = true)
{
    /// <exception cref="FormatException">Not the output of smartctl.</exception>
    public static ImmutableArray<ScannedDevice> Parse(ReadOnlyMemory<byte> output) =>
        [.. SmartReport.Parse(output).Root.Items("devices").Select(From)];

    private static ScannedDevice From(JsonElement device)
    {
        var (name, type) = (device.Text("name"), device.Text("type"));
        if (device.Text("open_error") is { Length: > 0 } error)
            return new(name, type, Address: null, $"cannot be opened: {error}", IsOpen: false);
        try
        {
            return DriveAddress.Parse($"{name};{type}") is { IsBehindController: true } address
                ? new(name, type, address, "")
                : new(name, type, Address: null, "needs no setting");
        }
        catch (FormatException e)
        {
            return new(name, type, Address: null, $"cannot be set: {e.Message}");
        }
    }
}
