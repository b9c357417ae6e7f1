using System.Globalization;
using EtcdSentinelExporter.Certificates.Pem;
using Etcdserverpb;
using Grpc.Core;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Sends the calls that the exporter needs to one member. None of its own calls writes, and none but a login
/// adds an entry to the raft log.</summary>
/// <remarks>
/// No concurrent calls: while an earlier call has no response, even past its deadline, the next call fails
/// immediately with <see cref="EtcdReason.Busy"/>. All calls throw <see cref="EtcdException"/>, and
/// <see cref="OperationCanceledException"/> only if the caller's token was cancelled.
/// </remarks>
/// <param name="connection">Shared by all clients of the endpoint, and not disposed here.</param>
/// <param name="tls">Required for <c>https</c> endpoints, otherwise null; shared, and not disposed here.</param>
/// <param name="login">Only for a user with a password.</param>
internal sealed class EtcdClient(EtcdConnection connection, TlsIdentitySource? tls, EtcdLogin? login = null)
{
    /// <summary>Reads the member's own state. Works without a quorum and under NOSPACE, but blocks while the member
    /// defragments.</summary>
    public Task<StatusResponse> StatusAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        CallAsync<StatusResponse>(
            new(deadline, static (etcd, headers, lifetime) =>
                etcd.StatusAsync(new StatusRequest(), headers, cancellationToken: lifetime)),
            cancellationToken);

    /// <param name="requireLeader">True to fail immediately with <see cref="EtcdReason.NoLeader"/> instead of waiting
    /// for a leader.</param>
    public Task<RangeResponse> RangeAsync(
        RangeRequest request, bool requireLeader, TimeSpan deadline, CancellationToken cancellationToken) =>
        CallAsync<RangeResponse>(
            new(deadline, (etcd, headers, lifetime) => etcd.GetAsync(request, headers, cancellationToken: lifetime))
            {
                RequireLeader = requireLeader,
            },
            cancellationToken);

    /// <summary>Reads the member's own copy of the member list. A learner rejects this with
    /// <see cref="EtcdReason.Learner"/>.</summary>
    public Task<MemberListResponse> MemberListAsync(TimeSpan deadline, CancellationToken cancellationToken) =>
        CallAsync<MemberListResponse>(
            new(deadline, static (etcd, headers, lifetime) =>
                etcd.MemberListAsync(new() { Linearizable = false }, headers, cancellationToken: lifetime)),
            cancellationToken);

    /// <summary>Reads the hash of all keys up to a revision. The member reads its whole database and applies nothing
    /// meanwhile.</summary>
    public Task<HashKVResponse> HashAsync(long revision, TimeSpan deadline, CancellationToken cancellationToken) =>
        CallAsync<HashKVResponse>(
            new(deadline, (etcd, headers, lifetime) =>
                etcd.HashKVAsync(new() { Revision = revision }, headers, cancellationToken: lifetime)),
            cancellationToken);

    /// <summary>Sends any call, after a login if there is a user. Calls that write are in <c>Etcd/Maintenance</c>
    /// only.</summary>
    public async Task<T> CallAsync<T>(EtcdCall<T> call, CancellationToken cancellationToken)
    {
        if (login is null)
            return await connection.CallAsync(call, tls, cancellationToken);
        var token = await login.TokenAsync(tls, call.Deadline, cancellationToken);
        try
        {
            return await connection.CallAsync(call with { Token = token }, tls, cancellationToken);
        }
        catch (EtcdException e) when (e.IsAboutToken && token is not null)
        {
            login.Forget(token);
        }
        token = await login.TokenAsync(tls, call.Deadline, cancellationToken);
        return await connection.CallAsync(call with { Token = token }, tls, cancellationToken);
    }
}

/// <summary>One gRPC call to etcd.</summary>
/// <param name="Deadline">Time limit for the response.</param>
/// <param name="Send">Sends the call. Its token cancels the call at the member too, so it is the token of the
/// connection.</param>
internal sealed record EtcdCall<T>(
    TimeSpan Deadline, Func<dotnet_etcd.EtcdClient, Metadata, CancellationToken, Task<T>> Send)
{
    /// <summary>True to fail immediately while the member has no leader.</summary>
    public bool RequireLeader { get; init; }

    /// <summary>Token of a login; <see langword="null"/> without one.</summary>
    public string? Token { get; init; }

    // 90 % of the deadline: etcd's own "deadline exceeded" then arrives in time, and no call stays pending.
    public Metadata Headers() => EtcdHeaders.Of(Deadline * 0.9, RequireLeader, Token);
}

/// <summary>Headers of a call.</summary>
internal static class EtcdHeaders
{
    // etcd counts clients by this header; without it the exporter would count as "unknown".
    private static readonly string ClientVersion =
        $"sentinel-{typeof(EtcdConnection).Assembly.GetName().Version?.ToString(3)}";

    /// <param name="serverTimeout">Time after which etcd ends the call.</param>
    /// <param name="requireLeader">True to fail while the member has no leader.</param>
    /// <param name="token">Token of a login; <see langword="null"/> without one.</param>
    public static Metadata Of(TimeSpan serverTimeout, bool requireLeader, string? token)
    {
        var milliseconds = Math.Max(1, (long)serverTimeout.TotalMilliseconds);
        var headers = new Metadata
        {
            { "client-api-version", ClientVersion },
            { GrpcHandler.TimeoutHeader, string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m") },
        };
        if (requireLeader)
            headers.Add("hasleader", "true");
        if (token is not null)
            headers.Add("token", token);
        return headers;
    }
}
