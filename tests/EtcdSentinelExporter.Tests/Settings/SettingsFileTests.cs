using EtcdSentinelExporter.Settings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Settings;

public sealed class SettingsFileTests
{
    [Fact]
    public void A_missing_file_is_said_to_be_missing() =>
        Assert.Equal("no such file.", Fails("/nowhere/at/all"));

    [Fact]
    public void A_folder_is_refused() => Assert.Contains("cannot read the file", Fails("/"), StringComparison.Ordinal);

    [Fact]
    public void A_device_without_end_is_too_large() =>
        Assert.Contains("larger than 1 MiB", Fails("/dev/zero"), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, [0xff, 0xfe, 0xff]);

        Assert.Equal("not UTF-8 text.", Fails(path));
        File.Delete(path);
    }

    private static string Fails(string path) => Assert.Throws<FormatException>(() => SettingsFile.Read(path)).Message;
}
