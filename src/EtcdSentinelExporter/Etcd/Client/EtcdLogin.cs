using System.Security.Cryptography;
using System.Text;
using EtcdSentinelExporter.Certificates.Pem;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Logs in to one member, and caches the token.</summary>
/// <remarks>The only call of the exporter that adds an entry to the raft log; it needs a quorum. So at most one login
/// in five minutes, and after a refusal none for half an hour, unless the password file changed. One that failed
/// otherwise, as without a quorum, is repeated after a minute.</remarks>
/// <param name="read">Returns the bytes of a host path.</param>
internal sealed class EtcdLogin(
    EtcdEndpoint endpoint, EtcdConnection connection, EtcdUser user, Func<string, byte[]> read, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(1);

    private Attempt? _last;

    /// <summary>Returns the token, or <see langword="null"/> if etcd has no authentication enabled.</summary>
    /// <exception cref="EtcdException">No token can be had now.</exception>
    public async Task<string?> TokenAsync(
        TlsIdentitySource? tls, TimeSpan deadline, CancellationToken cancellationToken)
    {
        // The calls to one member never overlap, so neither do logins.
        return _last is { Token: not null } or { IsDisabled: true } && !IsOutdated(_last)
            ? _last.Token
            : await LogInAsync(tls, deadline, cancellationToken);
    }

    /// <summary>Forgets a token that etcd no longer accepts; the time of its login still counts.</summary>
    public void Forget(string token)
    {
        if (_last is { } last && last.Token == token)
            _last = last with { Token = null };
    }

    // Authentication may be enabled later.
    private bool IsOutdated(Attempt last) => last.IsDisabled && clock.GetElapsedTime(last.At) >= Pause;

    private async Task<string?> LogInAsync(
        TlsIdentitySource? tls, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var password = Password();
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(password)));
        if (_last is { } last && WaitAfter(last, hash) is var wait && clock.GetElapsedTime(last.At) < wait)
            throw Paused(last);
        var before = _last;
        _last = new(clock.GetTimestamp(), hash) { Failure = Failed(EtcdReason.Timeout, "no response in time") };
        try
        {
            var answer = await connection.CallAsync<AuthenticateResponse>(
                new(deadline, (etcd, headers, lifetime) => etcd.AuthenticateAsync(
                    new AuthenticateRequest { Name = user.Name, Password = password }, headers,
                    cancellationToken: lifetime)),
                tls, cancellationToken);
            _last = _last with { Token = answer.Token, Failure = null };
        }
        catch (EtcdException e) when (e.IsAuthDisabled)
        {
            _last = _last with { IsDisabled = true, Failure = null };
        }
        // The member was not reached, which is not a matter of users.
        catch (EtcdException e) when (!HasReached(e.Reason))
        {
            _last = before;
            throw;
        }
        catch (EtcdException e)
        {
            _last = _last with { Failure = Failed(e.Reason, e.Message, e) };
            throw _last.Failure;
        }
        return _last.Token;
    }

    private static bool HasReached(string reason) =>
        reason is EtcdReason.Auth or EtcdReason.Timeout or EtcdReason.Unavailable or EtcdReason.NoLeader
            or EtcdReason.Learner or EtcdReason.Overloaded or EtcdReason.Error;

    private static TimeSpan WaitAfter(Attempt last, string hash) => last.Failure?.Reason switch
    {
        EtcdReason.Auth when last.Hash == hash => PauseAfterRefusal,
        null or EtcdReason.Auth => Pause,
        _ => PauseAfterFailure,
    };

    private EtcdException Paused(Attempt last) => NotSent(
        last.Failure?.Reason ?? EtcdReason.Auth,
        last.Failure?.Message ?? $"The token of user {user.Name} has expired; the next login is due soon.",
        last.Failure);

    private string Password()
    {
        if (!endpoint.IsSecure && !endpoint.Address.IsLoopback)
            throw NotSent(EtcdReason.Auth, "A password is not sent over plain HTTP; use an https endpoint.");
        try
        {
            var text = Encoding.UTF8.GetString(read(user.PasswordFile)).TrimEnd('\r', '\n');
            return text.Length > 0
                ? text
                : throw NotSent(EtcdReason.Auth, $"{user.PasswordFile} is empty; write the password into it.");
        }
        catch (Exception e) when (e is not EtcdException && e is IOException or UnauthorizedAccessException)
        {
            throw NotSent(EtcdReason.Auth, e.Message, e);
        }
    }

    private EtcdException Failed(string reason, string message, Exception? cause = null) =>
        new(reason, $"The login of user {user.Name} failed: {message}", cause) { IsLogin = true };

    private static EtcdException NotSent(string reason, string message, Exception? cause = null) =>
        new(reason, message, cause) { IsLogin = true, IsPaused = true };

    private sealed record Attempt(long At, string Hash)
    {
        public string? Token { get; init; }

        public bool IsDisabled { get; init; }

        public EtcdException? Failure { get; init; }
    }
}
