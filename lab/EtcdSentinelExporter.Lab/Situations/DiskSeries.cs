namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>What an exporter reports of the disks under etcd: roles, load, space and SMART.</summary>
internal sealed class DiskSeries(NodeModel node, SeriesOf page)
{
    private static readonly string[] States = ["ok", "hung", "timeout", "permission", "open"];

    private static readonly string[] Folders = ["ok", "missing", "empty", "unreadable"];

    public void Write()
    {
        foreach (var drive in node.Drives)
            Drive(drive);
        const string Folder = "role=\"etcd_data\", path=\"/var/lib/etcd\"";
        page.Add("etcd_sentinel_filesystem_size_bytes", Folder, _ => node.DiskBytes);
        page.Add("etcd_sentinel_filesystem_avail_bytes", Folder, at => node.FreeBytes(at));
        page.Add("etcd_sentinel_filesystem_files", Folder, _ => 1e6);
        page.Add("etcd_sentinel_filesystem_files_free", Folder, _ => 9e5);
        page.Flag("etcd_sentinel_filesystem_readonly", Folder, at => node.IsReadOnly(at));
        foreach (var state in Folders)
        {
            page.Flag("etcd_sentinel_data_dir_state", $"{Folder}, state=\"{state}\"",
                at => state == (node.HasData(at) ? "ok" : "missing"));
        }
    }

    private void Drive(DriveModel drive)
    {
        var of = $"device=\"{drive.Device}\", serial=\"S-{drive.Device}\"";
        void Value(string name, At<double> value, string more = "") =>
            page.Add("etcd_sentinel_" + name, of + more, at => drive.Exists(at) ? value(at) : null);
        void Count(string name, At<double> perSecond) =>
            page.Count("etcd_sentinel_" + name, of, perSecond, drive.Exists);

        Value("disk_info", _ => 1, ", model=\"Model\"");
        Value("disk_role_info", _ => 1, $", role=\"etcd_data\", path=\"/var/lib/etcd\", via=\"{drive.Via}\"");
        Value("disk_role_info", _ => 1, $", role=\"root\", path=\"/\", via=\"{drive.Via}\"");
        foreach (var state in States)
            Value("disk_read_state", _ => state == "ok" ? 1 : 0, $", state=\"{state}\"");
        Value("disk_healthy", at => drive.IsHealthy(at) ? 1 : 0);
        Value("disk_endurance_used_ratio", _ => drive.Wear, ", source=\"attr202\"");
        Value("disk_command_timeouts_total", drive.Timeouts);
        Value("disk_media_errors_total", _ => drive.MediaErrors);
        Value("disk_identity_changes_total", _ => 0);
        Value("disk_pending_sectors", _ => 0);
        Value("disk_reallocated_sectors", _ => drive.MediaErrors);
        Value("disk_interface_crc_errors_total", _ => drive.MediaErrors);
        Value("disk_write_cache_enabled", _ => 1);
        Value("disk_io_now", _ => 0);
        Count("disk_flush_requests_total", _ => 10);
        Count("disk_flush_requests_time_seconds_total", at => 10 * node.Flush(at));
        Count("disk_reads_completed_total", _ => 5);
        Count("disk_writes_completed_total", _ => 40);
        Count("disk_io_time_seconds_total", _ => 0.1);
    }
}
