using System.Text;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.IntegrationTests.Support;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Drives;

/// <summary>The demo plays its recordings under the serial number that the exporter reads.</summary>
public sealed class LabSerialTests : IDisposable
{
    private readonly DirectoryInfo _sys = Directory.CreateTempSubdirectory("sys");

    [Theory]
    [InlineData("device/serial", "S5GXNX0R  \n", "S5GXNX0R")]
    [InlineData("device/vpd_pg80", "\0\u0080\0\u000a  WD-123456trailing", "WD-12345")]
    [InlineData("serial", "vd-1", "vd-1")]
    public async Task The_demos_serial_is_the_disks_serial(string file, string text, string serial)
    {
        Write("serial", "last");
        Write(file, text);

        Assert.Equal(
            serial, Assert.Single(new BlockDevices(new HostFiles(_sys.FullName, TimeProvider.System)).List()).Serial);
        Assert.Equal(serial, await SerialAsync());
    }

    [Fact]
    public async Task A_disk_without_a_serial_has_the_one_that_the_demo_makes_up() =>
        Assert.Equal("DEMO-1", await SerialAsync());

    public void Dispose() => _sys.Delete(recursive: true);

    private Task<string> SerialAsync() => CleanProcess.RunAsync("/bin/bash",
        ["-euo", "pipefail", "-c", "export SYSFS=\"$1\"; . \"$0\"; serial_of sda DEMO-1",
            Path.Combine(Repo.Root, "scripts/lab/drives.sh"), _sys.FullName]);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_sys.FullName, "block/sda", file);
        Directory.CreateDirectory(Path.Combine(_sys.FullName, "block/sda/device"));
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(text));
    }
}
