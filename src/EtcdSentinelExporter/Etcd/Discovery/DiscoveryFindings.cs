using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Collects what the sources of one discovery find. A source that fails does not hide the others.</summary>
/// <param name="reader">Knows the file that was read last.</param>
internal sealed class DiscoveryFindings(ConfigReader reader)
{
    private readonly List<EtcdInstallation> _installations = [];
    private readonly List<EtcdConfigProblem> _problems = [];
    private readonly SortedSet<string> _sources = new(StringComparer.Ordinal);
    private readonly List<string> _others = [];

    public IReadOnlyList<EtcdInstallation> Installations => _installations;

    /// <summary>True if anything says that etcd runs on this node.</summary>
    public bool IsExpected => _sources.Count > 0;

    /// <summary>Adds an installation, unless an earlier one has the same address: on one node only one process can
    /// listen there.</summary>
    /// <param name="source">One of <see cref="EtcdEvidence.Sources"/>.</param>
    /// <param name="origin">As in <see cref="EtcdInstallation.Origin"/>.</param>
    public void Add(string source, string origin, EtcdInstallation installation)
    {
        _sources.Add(source);
        if (!_installations.Any(known => known.HasAddressOf(installation)))
            _installations.Add(installation with { Origin = origin });
    }

    /// <summary>Replaces an installation by one that is better known.</summary>
    public void Replace(EtcdInstallation known, EtcdInstallation better) =>
        _installations[_installations.IndexOf(known)] = better;

    /// <param name="source">What says that etcd runs here; <see langword="null"/> if nothing does.</param>
    public void AddProblem(string? source, EtcdConfigProblem problem)
    {
        if (source is not null)
            _sources.Add(source);
        _problems.Add(problem);
    }

    public void Expect(string source) => _sources.Add(source);

    public void AddOther(string datastore) => _others.Add(datastore);

    /// <summary>Runs one source. An unreadable or invalid file becomes a problem.</summary>
    /// <param name="source">One of <see cref="EtcdEvidence.Sources"/>.</param>
    /// <param name="origin">As in <see cref="EtcdInstallation.Origin"/>.</param>
    public async Task TryAsync(string source, string origin, Func<Task<EtcdInstallation?>> find)
    {
        try
        {
            if (await find() is { } installation)
                Add(source, origin, installation);
        }
        // ArgumentException: a path that is not absolute.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException
            or ArgumentException)
        {
            var problem = EtcdConfigProblem.From(reader.LastPath, e);
            AddProblem(source, problem with { Origin = origin });
        }
    }

    public EtcdDiscovered ToResult(ImmutableArray<string> lookedAt)
    {
        var problems = _problems.Where(problem => !problem.IsUnknownStart || !HasProcess)
            .Concat(_installations.Where(IsWithoutAddress).Select(Problem));
        return new([.. _installations], lookedAt, [.. problems])
        {
            ExpectedBy = [.. _sources],
            OtherDatastores = [.. _others],
        };
    }

    // The process says what the unit does not.
    private bool HasProcess => _installations.Exists(found => found.Kind == "process");

    private static bool IsWithoutAddress(EtcdInstallation installation) =>
        installation is { ClientUrl: null, MetricsUrl: null };

    private static EtcdConfigProblem Problem(EtcdInstallation installation) => new(
        installation.Source, EtcdConfigProblem.NoAddress,
        $"{installation.Source} starts etcd without a usable client URL: "
        + (installation.Notes is [_, ..] notes ? string.Join("; ", notes) : "none is set")
        + ". Set etcd.endpoints.")
    {
        Origin = installation.Origin,
    };
}
