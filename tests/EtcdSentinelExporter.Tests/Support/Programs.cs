using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Finds programs of this machine.</summary>
internal static class Programs
{
    /// <summary>Path of a program. Skips the test if it is not found.</summary>
    public static string Need(string program)
    {
        var path = Tools.TryFind(program);
        Assert.SkipWhen(path is null, $"There is no {program} on PATH.");
        return path;
    }
}
