using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Writes down what changed from one poll to the next.</summary>
internal sealed partial class CertificatesLog(ILogger log)
{
    public void Changes(CertificatesReading? before, CertificatesReading now)
    {
        if (now.Plan.Profile != before?.Plan.Profile)
            Profile(now.Plan.Profile, now.Files.Count(file => file.IsPresent == true), now.Plan.Listeners.Length);
        if (now.LeftOut != (before?.LeftOut ?? default))
            Left(now.LeftOut.Files, now.LeftOut.Certificates);
        var known = before?.Files.SelectMany(Keys).ToHashSet() ?? [];
        foreach (var file in now.Files)
        {
            foreach (var problem in file.Problems.Where(
                problem => !known.Contains((file.Name, file.Path, problem.Reason))))
            {
                Unreadable(file.Name, problem.Reason, problem.Message);
            }
        }
        foreach (var served in now.Served.Where(served => served.Problem is not null))
        {
            var last = before?.Served.FirstOrDefault(one => one.Listener.Address == served.Listener.Address);
            if (last is not { Problem: not null })
                Silent(served.Listener.Name, served.Listener.Address, served.Problem!);
        }
    }

    private static IEnumerable<(string Name, string Path, string Reason)> Keys(FileReading file) =>
        file.Problems.Select((LoadProblem problem) => (file.Name, file.Path, problem.Reason));

    [LoggerMessage(
        40, LogLevel.Information, "Looks for the files of {Profile}: {Files} are there; {Listeners} TLS servers")]
    private partial void Profile(string profile, int files, int listeners);

    [LoggerMessage(41, LogLevel.Warning, "Leaves out {Files} files and {Certificates} certificates: too many")]
    private partial void Left(int files, int certificates);

    [LoggerMessage(42, LogLevel.Warning, "{Name} cannot be read well: {Reason}: {Problem}")]
    private partial void Unreadable(string name, string reason, string problem);

    [LoggerMessage(43, LogLevel.Warning, "{Listener} at {Address} shows no certificate: {Problem}")]
    private partial void Silent(string listener, string address, string problem);
}
