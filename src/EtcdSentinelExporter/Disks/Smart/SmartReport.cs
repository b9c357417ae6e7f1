using System.Text.Json;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Parsed output of one run of smartctl, not yet decoded.</summary>
internal sealed class SmartReport
{
    private SmartReport(JsonElement root)
    {
        Root = root;
        var rows = root.Items("ata_smart_attributes", "table");
        Attributes = [.. rows.Select(SmartAttribute.From).OfType<SmartAttribute>()];
        HasInvalidAttributes = Attributes.Length < rows.Length;
        Messages = [.. root.Items("smartctl", "messages").Select(message => message.Text("string"))];
        Protocol = root.Has("nvme_smart_health_information_log") ? "NVMe"
            : root.Has("ata_smart_attributes") ? "ATA"
            : root.Text("device", "protocol");
        Identity = DriveIdentity.Of(this);
    }

    public JsonElement Root { get; }

    /// <summary>Attributes in the order of the drive; a hostile or broken drive may repeat an id.</summary>
    public ImmutableArray<SmartAttribute> Attributes { get; }

    /// <summary>True if a row of the table is not an attribute; <see cref="Attributes"/> lacks it.</summary>
    public bool HasInvalidAttributes { get; }

    /// <summary>Messages of smartctl, errors and others.</summary>
    public ImmutableArray<string> Messages { get; }

    /// <summary>Exit status bits; <see langword="null"/> before smartctl 7.0 and in edited recordings.</summary>
    public int? ExitStatus => Root.Number("smartctl", "exit_status") is >= 0 and <= 255 and var bits ? (int)bits : null;

    /// <summary><c>ATA</c>, <c>NVMe</c> or <c>SCSI</c>, from the content of the report: the device type names a
    /// transport, not the kind of drive.</summary>
    public string Protocol { get; }

    public DriveIdentity Identity { get; }

    /// <summary>True if the report has any information about the drive's health.</summary>
    public bool HasHealth =>
        Root.Has("nvme_smart_health_information_log") || Attributes.Length > 0
        || Root.Flag("smart_status", "passed") is not null
        || Root.Has("scsi_grown_defect_list") || Root.Has("scsi_error_counter_log");

    /// <summary>True if an ATA drive reported no attributes, and not that it is failing.</summary>
    /// <remarks>A good verdict alone proves nothing: smartctl could not read the drive's data.</remarks>
    public bool LacksAttributes =>
        Protocol is "ATA" && Attributes.IsEmpty && Root.Flag("smart_status", "passed") is not false;

    /// <summary>True if the report has any of the logs that are read once an hour, even an empty one.</summary>
    public bool HasLogs =>
        Root.Has("ata_smart_error_log") || Root.Has("ata_smart_self_test_log") || Root.Has("ata_device_statistics")
        || Root.Has("nvme_error_information_log") || Root.Has("nvme_self_test_log")
        || Root.Has("scsi_error_counter_log") || Root.Has("scsi_self_test_0");

    /// <param name="root">Root that outlives its document: a clone.</param>
    public static SmartReport Of(JsonElement root) => new(root);

    /// <exception cref="FormatException">Not JSON of smartctl 7.0 or later.</exception>
    public static SmartReport Parse(ReadOnlyMemory<byte> output)
    {
        var start = Start(output.Span);
        if (start < 0)
            throw new FormatException("smartctl printed no JSON; smartctl 7.0 or later is needed");
        try
        {
            return new(StrictJson.Parse(output[start..]));
        }
        catch (FormatException e)
        {
            throw new FormatException($"smartctl printed invalid output: {e.Message}", e);
        }
    }

    // Before 7.3 smartctl printed a line of plain text before the JSON of some SAS drives. The JSON begins a line.
    private static int Start(ReadOnlySpan<byte> output) =>
        output is [(byte)'{', ..] || output.IndexOf("\n{"u8) is not (>= 0 and var line) ? output.IndexOf((byte)'{')
            : line + 1;

    /// <summary>Returns the attribute with this id and one of these names; the first, if the drive repeats
    /// it.</summary>
    public SmartAttribute? Find(int id, params ReadOnlySpan<string> names)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Id == id && names.Contains(attribute.Name))
                return attribute;
        }
        return null;
    }
}
