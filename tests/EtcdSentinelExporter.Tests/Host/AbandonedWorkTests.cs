using EtcdSentinelExporter.Host;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host;

public sealed class AbandonedWorkTests
{
    // What it read may be a private key.
    [Fact]
    public void A_read_that_returned_late_is_forgotten()
    {
        var work = new AbandonedWork();
        var late = new TaskCompletionSource();
        work.Add("/a", late.Task);
        work.Add("/b", new TaskCompletionSource().Task);

        work.RemoveReturned();
        Assert.Equal((2, true, true), (work.Count, work.Contains("/a"), work.Contains("/b")));
        late.SetResult();
        work.RemoveReturned();

        Assert.Equal((1, false, true), (work.Count, work.Contains("/a"), work.Contains("/b")));
    }
}
