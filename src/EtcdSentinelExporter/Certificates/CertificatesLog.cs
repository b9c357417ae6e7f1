using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Logs changes from one poll to the next.</summary>
internal sealed partial class CertificatesLog(ILogger log)
{
    public void Changes(CertificatesReading? before, CertificatesReading now)
    {
        if (now.Plan.Profile != before?.Plan.Profile)
            LogProfile(now.Plan.Profile, now.Files.Count(file => file.IsPresent == true), now.Plan.Listeners.Length);
        if (now.LeftOut != (before?.LeftOut ?? default))
            LogLeftOut(now.LeftOut.Files, now.LeftOut.Certificates);
        var known = before?.Files.SelectMany(Keys).ToHashSet() ?? [];
        foreach (var file in now.Files)
        {
            foreach (var problem in file.Problems.Where(
                problem => !known.Contains((file.Name, file.Path, problem.Reason))))
            {
                LogProblem(file.Name, problem.Reason, problem.Message);
            }
        }
        foreach (var served in now.Served.Where(served => served.Problem is not null))
        {
            var last = before?.Served.FirstOrDefault(other => other.Listener.Address == served.Listener.Address);
            if (last is not { Problem: not null })
                LogHandshakeFailed(served.Listener.Name, served.Listener.Address, served.Problem!);
        }
    }

    private static IEnumerable<(string Name, string Path, string Reason)> Keys(FileReading file) =>
        file.Problems.Select((LoadProblem problem) => (file.Name, file.Path, problem.Reason));

    [LoggerMessage(40, LogLevel.Information,
        "Using certificate profile {Profile}: {Files} files found, {Listeners} TLS servers to check")]
    private partial void LogProfile(string profile, int files, int listeners);

    [LoggerMessage(41, LogLevel.Warning,
        "Skipping {Files} files and {Certificates} certificates: over the limit; narrow certificates.files")]
    private partial void LogLeftOut(int files, int certificates);

    [LoggerMessage(42, LogLevel.Warning, "Problem with certificate file {Name} ({Reason}): {Problem}")]
    private partial void LogProblem(string name, string reason, string problem);

    [LoggerMessage(43, LogLevel.Warning, "TLS handshake with {Listener} at {Address} failed: {Problem}")]
    private partial void LogHandshakeFailed(string listener, string address, string problem);
}
