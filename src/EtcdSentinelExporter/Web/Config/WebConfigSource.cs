using System.Net.Security;
using System.Text;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Follows the web configuration and the files that it names.</summary>
/// <remarks>
/// What is in use is always whole and once was right: while a file is broken the one before stays, with its users and
/// its certificate. Nobody gets in who could not before, and nobody who watches the node goes blind for a typing error.
/// That is why users wait for the TLS they were written with: who goes from passwords to client certificates, and
/// misspells the CA, must not be left with neither.
/// </remarks>
/// <param name="path">Of this process' own file system, absolute.</param>
/// <param name="read">The bytes of a file, bounded in size and time. Throws what <see cref="File.ReadAllBytes"/>
/// throws.</param>
internal sealed partial class WebConfigSource(string path, Func<string, byte[]> read, TimeProvider clock, ILogger log)
{
    private const int MaxSaid = 5;

    private readonly Lock _gate = new();
    private byte[]? _bytes;
    private long _fileReadFrom = long.MinValue;
    private long _allReadFrom = long.MinValue;
    private IReadOnlyList<string> _wrong = [];
    private string _saidOfFile = "";
    private string _saidOfTls = "";
    private WebConfiguration? _configuration;
    private WebConfiguration? _waiting;
    private ServerIdentity? _identity;

    /// <summary>When all of it was read last without a complaint.</summary>
    public DateTimeOffset? RightAt { get; private set; }

    /// <summary>When the certificate in use begins; <see langword="null"/> without TLS.</summary>
    public DateTimeOffset? NotBefore => _identity?.NotBefore;

    /// <summary>When the certificate in use ends; <see langword="null"/> without TLS.</summary>
    public DateTimeOffset? NotAfter => _identity?.NotAfter;

    public bool HasTls => _identity is not null;

    public ClientRefusals Refusals { get; } = new(clock, log);

    /// <summary>Reads everything for the first time.</summary>
    /// <returns>What is wrong with it, line by line; nothing when it can be used.</returns>
    public IReadOnlyList<string> Open()
    {
        lock (_gate)
        {
            var (file, tls) = ReadAll();
            return [.. file, .. tls];
        }
    }

    /// <summary>The configuration as the file says it now, or said it when it was right last.</summary>
    public WebConfiguration Current()
    {
        var asked = clock.GetTimestamp();
        lock (_gate)
        {
            if (_fileReadFrom <= asked)
                Say(ReadFile(), ref _saidOfFile);
            if (_waiting is not null)
                FollowSince(asked);
            return _configuration!;
        }
    }

    /// <summary>TLS for one connection, by the files as they are now.</summary>
    public SslServerAuthenticationOptions Handshake()
    {
        var asked = clock.GetTimestamp();
        lock (_gate)
        {
            FollowSince(asked);
            return _identity!.Options(_configuration!.Http2, Refusals.Note);
        }
    }

    /// <summary>Reads everything again.</summary>
    /// <returns>Whether it is all right.</returns>
    public bool Refresh()
    {
        lock (_gate)
        {
            return Follow();
        }
    }

    // What another request began to read after this one came is new enough: a thousand that come at once read once or
    // twice, and not one after the other.
    private void FollowSince(long asked)
    {
        if (_allReadFrom <= asked)
            Follow();
    }

    private bool Follow()
    {
        var (file, tls) = ReadAll();
        Say(file, ref _saidOfFile);
        Say(tls, ref _saidOfTls);
        return file.Count + tls.Count == 0;
    }

    private (IReadOnlyList<string> File, List<string> Tls) ReadAll()
    {
        _allReadFrom = clock.GetTimestamp();
        var file = ReadFile();
        var tls = (_waiting ?? _configuration)?.Tls is { } settings ? ReadTls(settings) : [];
        if (file.Count + tls.Count == 0)
            RightAt = clock.GetUtcNow();
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
                _wrong = Parse(bytes);
                _bytes = bytes;
            }
            return _wrong;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [e.Message];
        }
    }

    private List<string> Parse(byte[] bytes)
    {
        var problems = new List<string>();
        _waiting = null;
        try
        {
            var parsed = WebConfigText.Parse(HostFiles.Decode(bytes), Path.GetDirectoryName(path)!, problems);
            // Whether a port speaks TLS is decided when it is opened.
            if (_configuration is { } now && parsed.Tls is null != now.Tls is null)
                problems.Add("TLS cannot be switched on or off while the program runs; restart it.");
            if (problems.Count == 0)
                Take(parsed);
        }
        catch (FormatException e)
        {
            problems.Add(e.Message);
        }
        return [.. problems.Select(problem => $"{path}: {problem}")];
    }

    // Without a change of TLS a user who was taken out is out at once, whatever the state of the certificates.
    private void Take(WebConfiguration parsed)
    {
        _waiting = parsed.Tls is null || parsed.Tls.IsSame(_configuration?.Tls) ? null : parsed;
        if (_waiting is null)
            _configuration = parsed with { Tls = _configuration?.Tls };
    }

    private List<string> ReadTls(TlsSettings tls)
    {
        var problems = new List<LoadProblem>();
        var files = new TlsFiles(tls.ClientCa?.Name, tls.Certificate.Name, tls.Key.Name);
        using var contents = TlsContents.Read(files, name => ReadPem(tls, name), problems);
        if (contents is not null && _identity?.IsOf(tls, contents.Hash()) is not true
            && ServerIdentity.Load(tls, contents, problems) is { } identity)
        {
            (_configuration, _waiting, _identity) = (_waiting ?? _configuration, null, identity);
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

    private void Say(IReadOnlyList<string> problems, ref string said)
    {
        var more = problems.Count > MaxSaid ? $" … and {problems.Count - MaxSaid} more." : "";
        var sentence = string.Join(' ', problems.Take(MaxSaid)) + more;
        if (sentence == said)
            return;
        said = sentence;
        if (sentence is "")
            LogRight(path);
        else
            LogWrong(sentence);
    }

    [LoggerMessage(
        1, LogLevel.Warning,
        "The web configuration is wrong, and the last one that was right stays in use: {Problems}")]
    private partial void LogWrong(string problems);

    [LoggerMessage(2, LogLevel.Information, "The web configuration is right again {File}")]
    private partial void LogRight(string file);
}
