using System.Net.Security;
using System.Text;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Loads and reloads the web configuration and the files in it.</summary>
/// <remarks>
/// The configuration in use is always complete and was valid as a whole. While a file is invalid, the previous
/// configuration stays in use, with its users and its certificate. So a typing error neither opens access nor stops
/// monitoring. New users take effect together with the TLS section of the same file: a change from passwords to client
/// certificates with a mistyped CA must not leave the exporter without both.
/// </remarks>
/// <param name="path">Absolute path in the exporter's own file system.</param>
/// <param name="read">Reads a file with a limit on size and time. Throws like
/// <see cref="File.ReadAllBytes"/>.</param>
internal sealed partial class WebConfigSource(string path, Func<string, byte[]> read, TimeProvider clock, ILogger log)
{
    private const int MaxLogged = 5;

    private readonly Lock _gate = new();
    private byte[]? _bytes;
    private long _fileReadFrom = long.MinValue;
    private long _allReadFrom = long.MinValue;
    private IReadOnlyList<string> _fileProblems = [];
    private string _loggedFileProblems = "";
    private string _loggedTlsProblems = "";
    private WebConfiguration? _configuration;
    private WebConfiguration? _pending;
    private ServerIdentity? _identity;

    /// <summary>When all files were last valid; <see langword="null"/> if never.</summary>
    public DateTimeOffset? LastValidAt { get; private set; }

    /// <summary>Start of the validity of the certificate in use; <see langword="null"/> without TLS.</summary>
    public DateTimeOffset? NotBefore => _identity?.NotBefore;

    /// <summary>End of the validity of the certificate in use; <see langword="null"/> without TLS.</summary>
    public DateTimeOffset? NotAfter => _identity?.NotAfter;

    public bool HasTls => _identity is not null;

    public ClientRefusals Refusals { get; } = new(clock, log);

    /// <summary>Loads all files for the first time.</summary>
    /// <returns>Error messages; empty if the configuration is valid.</returns>
    public IReadOnlyList<string> Open()
    {
        lock (_gate)
        {
            var (file, tls) = ReadAll();
            return [.. file, .. tls];
        }
    }

    /// <summary>Returns the configuration in the file, or the last valid one if the file is invalid.</summary>
    public WebConfiguration Current()
    {
        var arrived = clock.GetTimestamp();
        lock (_gate)
        {
            if (_fileReadFrom <= arrived)
                LogChange(ReadFile(), ref _loggedFileProblems);
            if (_pending is not null)
                ReloadSince(arrived);
            return _configuration!;
        }
    }

    /// <summary>Returns the TLS options of one connection, according to the current files.</summary>
    public SslServerAuthenticationOptions Handshake()
    {
        var arrived = clock.GetTimestamp();
        lock (_gate)
        {
            ReloadSince(arrived);
            return _identity!.Options(_configuration!.Http2, Refusals.Note);
        }
    }

    /// <summary>Reloads all files.</summary>
    /// <returns>True if all are valid.</returns>
    public bool Refresh()
    {
        lock (_gate)
        {
            return Reload();
        }
    }

    // A reload that another request started after this one arrived is recent enough: a thousand concurrent requests
    // cause one or two reloads.
    private void ReloadSince(long arrived)
    {
        if (_allReadFrom <= arrived)
            Reload();
    }

    private bool Reload()
    {
        var (file, tls) = ReadAll();
        LogChange(file, ref _loggedFileProblems);
        LogChange(tls, ref _loggedTlsProblems);
        return file.Count + tls.Count == 0;
    }

    private (IReadOnlyList<string> File, List<string> Tls) ReadAll()
    {
        _allReadFrom = clock.GetTimestamp();
        var file = ReadFile();
        var tls = (_pending ?? _configuration)?.Tls is { } settings ? ReadTls(settings) : [];
        if (file.Count + tls.Count == 0)
            LastValidAt = clock.GetUtcNow();
        return (file, tls);
    }

    private IReadOnlyList<string> ReadFile()
    {
        _fileReadFrom = clock.GetTimestamp();
        try
        {
            var bytes = read(path);
            if (_bytes is null || !bytes.AsSpan().SequenceEqual(_bytes))
            {
                _fileProblems = Parse(bytes);
                _bytes = bytes;
            }
            return _fileProblems;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [e.Message];
        }
    }

    private List<string> Parse(byte[] bytes)
    {
        var problems = new List<string>();
        _pending = null;
        try
        {
            var parsed = WebConfigText.Parse(HostFiles.Decode(bytes), Path.GetDirectoryName(path)!, problems);
            // A port gets TLS or plain HTTP when it is opened.
            if (_configuration is { } now && parsed.Tls is null != now.Tls is null)
                problems.Add("TLS cannot be enabled or disabled at run time; restart the exporter.");
            if (problems.Count == 0)
                Accept(parsed);
        }
        catch (FormatException e)
        {
            problems.Add(e.Message);
        }
        return [.. problems.Select(problem => $"{path}: {problem}")];
    }

    // If TLS did not change, a removed user loses access immediately, even while a certificate is invalid.
    private void Accept(WebConfiguration parsed)
    {
        _pending = parsed.Tls is null || parsed.Tls.IsSame(_configuration?.Tls) ? null : parsed;
        if (_pending is null)
            _configuration = parsed with { Tls = _configuration?.Tls };
    }

    private List<string> ReadTls(TlsSettings tls)
    {
        var problems = new List<LoadProblem>();
        var files = new TlsFiles(tls.ClientCa?.Name, tls.Certificate.Name, tls.Key.Name);
        using var contents = TlsContents.Read(files, name => ReadPem(tls, name), problems);
        if (contents is not null && _identity?.IsLoadedFrom(tls, contents.Hash()) is not true
            && ServerIdentity.Load(tls, contents, problems) is { } identity)
        {
            (_configuration, _pending, _identity) = (_pending ?? _configuration, null, identity);
        }
        return [.. problems.Select(problem => problem.Message)];
    }

    private byte[] ReadPem(TlsSettings tls, string name)
    {
        var inline = name == tls.Certificate.Name ? tls.Certificate.Inline
            : name == tls.Key.Name ? tls.Key.Inline
            : tls.ClientCa?.Inline;
        return inline is null ? read(name) : Encoding.UTF8.GetBytes(inline);
    }

    private void LogChange(IReadOnlyList<string> problems, ref string logged)
    {
        var more = problems.Count > MaxLogged ? $" … and {problems.Count - MaxLogged} more." : "";
        var sentence = string.Join(' ', problems.Take(MaxLogged)) + more;
        if (sentence == logged)
            return;
        logged = sentence;
        if (sentence is "")
            LogValid(path);
        else
            LogInvalid(sentence);
    }

    [LoggerMessage(
        1, LogLevel.Warning,
        "Invalid web configuration, the last valid one stays in use: {Problems}")]
    private partial void LogInvalid(string problems);

    [LoggerMessage(2, LogLevel.Information, "Web configuration is valid again: {File}")]
    private partial void LogValid(string file);
}
