using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;

namespace EtcdSentinelExporter.Lab.Testing;

/// <summary>What a run of a test project says about itself.</summary>
/// <param name="Reasons">Why tests were skipped, one for each.</param>
internal sealed record TestReport(int Passed, int Failed, int Skipped, ImmutableArray<string> Reasons)
{
    /// <summary>Reads a .trx file. A run that broke off, or that counted nothing, is a failure too.</summary>
    /// <param name="exitCode">Exit code of the run.</param>
    public static TestReport Of(string file, int exitCode)
    {
        if (!File.Exists(file))
            return new(0, 1, 0, []);
        var document = XDocument.Load(file);
        var counters = document.Descendants().First(element => element.Name.LocalName == "Counters");
        var (total, executed, passed) = (Count("total"), Count("executed"), Count("passed"));
        var failed = executed - passed;
        return new(
            passed, executed == 0 || (exitCode != 0 && failed == 0) ? failed + 1 : failed, total - executed,
        [
            .. document.Descendants().Where(element => element.Name.LocalName == "UnitTestResult")
                .Where(result => result.Attribute("outcome")?.Value == "NotExecuted")
                .SelectMany(result => result.Descendants().Where(one => one.Name.LocalName == "StdOut").Take(1))
                .Select(reason => reason.Value.Trim()),
        ]);

        int Count(string name) => int.Parse(counters.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }
}
