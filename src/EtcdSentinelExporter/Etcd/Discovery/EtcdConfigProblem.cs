namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>No command of a unit is recognised as etcd: it may start a wrapper or a container.</summary>
internal sealed class UnknownStartException(string message) : FormatException(message);

/// <summary>Why etcd's configuration cannot be read.</summary>
/// <param name="Path">Host path of the file.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">One line with the remedy.</param>
internal sealed record EtcdConfigProblem(string Path, string Reason, string Message)
{
    /// <summary>The place that cannot be read, as in <see cref="EtcdInstallation.Origin"/>; <see langword="null"/> if
    /// it may be any.</summary>
    public string? Origin { get; init; }

    public const string Malformed = "malformed";
    public const string Forbidden = "forbidden";
    public const string Unreadable = "io";
    public const string Timeout = "timeout";

    /// <summary>etcd runs, but its address is unknown.</summary>
    public const string NoAddress = "no_address";

    /// <summary>All reasons.</summary>
    public static ImmutableArray<string> Reasons { get; } = [Malformed, Forbidden, Unreadable, Timeout, NoAddress];

    /// <summary>True if a unit exists, and no command of it is recognised as etcd.</summary>
    public bool IsUnknownStart { get; init; }

    public Exception ToException() => Reason switch
    {
        Malformed or NoAddress => new FormatException(Message),
        Forbidden => new UnauthorizedAccessException(Message),
        Timeout => new TimeoutException(Message),
        _ => new IOException(Message),
    };

    /// <param name="path">The file that was read last.</param>
    public static EtcdConfigProblem From(string path, Exception failure)
    {
        var reason = failure switch
        {
            FormatException => Malformed,
            UnauthorizedAccessException => Forbidden,
            _ => Unreadable,
        };
        var message = failure.Message.ReplaceLineEndings(" ");
        return new(path, reason, message.Contains(path, StringComparison.Ordinal) || message.StartsWith('/')
            ? message
            : $"{path}: {message}")
        {
            IsUnknownStart = failure is UnknownStartException,
        };
    }
}
