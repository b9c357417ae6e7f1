using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Tests.Disks.Drives;

/// <summary>Answers as it is told, and remembers what it was asked.</summary>
internal sealed class FakeSmartctl(Func<Drive, SmartAnswer> answer) : ISmartctl
{
    public List<(string Device, SmartQuestion Question)> Asked { get; } = [];

    public Task<SmartAnswer> AskAsync(Drive drive, SmartQuestion question, CancellationToken cancellationToken)
    {
        Asked.Add((drive.Device, question));
        return Task.FromResult(answer(drive));
    }
}
