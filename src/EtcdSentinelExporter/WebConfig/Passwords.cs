using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.WebConfig;

/// <summary>What came of looking at a name and a password.</summary>
internal enum Verdict { Right, Wrong, TooMany }

/// <summary>Checks passwords one at a time, and remembers what came of it.</summary>
/// <remarks>A scrape would cost a bcrypt each otherwise. Remembered are keyed hashes: a dump of the memory tells no
/// password that the requests in it do not tell. Right and wrong ones apart, so that guesses push no
/// scrape out.</remarks>
/// <param name="fits">Whether a password is that of a hash; may take a second.</param>
internal sealed class Passwords(Func<byte[], BcryptHash, bool> fits, TimeProvider clock) : IDisposable
{
    private const int MostRemembered = 1_000;
    private const int MostWaiting = 64;

    // Who guesses without end from one address must not keep out a Prometheus whose password is not remembered yet, as
    // after a restart. At the highest cost these take less than LongestWait.
    private const int MostWaitingOfOne = 4;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, bool> _right = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _wrong = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1);
    private readonly Headcount<IPAddress> _waitingOfOne = new();
    private int _waiting;

    /// <param name="password">As the client sent it.</param>
    /// <param name="from"><see cref="IPAddress.None"/> for all who come by a Unix socket.</param>
    public async ValueTask<Verdict> CheckAsync(
        FrozenDictionary<string, BcryptHash> users, string name, byte[] password, IPAddress from,
        CancellationToken cancellationToken)
    {
        // A name that does not exist takes as long as one that does.
        var isKnown = users.TryGetValue(name, out var hash);
        hash ??= BcryptHash.Nobody(users.Values.Max(one => one.Cost));
        var question = Question(name, hash, password);
        if (Remembered(question) is { } known)
            return known;
        var (ofOne, ofAll) = (_waitingOfOne.Enter(from), Interlocked.Increment(ref _waiting));
        try
        {
            return ofOne > MostWaitingOfOne || ofAll > MostWaiting
                || !await EntersAsync(cancellationToken) ? Verdict.TooMany
                : await AskAsync(question, isKnown, hash, password);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            _waitingOfOne.Leave(from);
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<bool> EntersAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(LongestWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _one.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<Verdict> AskAsync(string question, bool isKnown, BcryptHash hash, byte[] password)
    {
        try
        {
            // Another request may have asked the same meanwhile.
            if (Remembered(question) is { } known)
                return known;
            // A thread of its own: a second of arithmetic must not hold up other requests.
            var isRight = await Task.Factory.StartNew(
                () => fits(password, hash), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            return Remember(question, isRight && isKnown);
        }
        finally
        {
            _one.Release();
        }
    }

    private Verdict? Remembered(string question) =>
        _right.ContainsKey(question) ? Verdict.Right : _wrong.ContainsKey(question) ? Verdict.Wrong : null;

    private Verdict Remember(string question, bool isRight)
    {
        var verdicts = isRight ? _right : _wrong;
        if (verdicts.Count >= MostRemembered)
            verdicts.Clear();
        verdicts[question] = true;
        return isRight ? Verdict.Right : Verdict.Wrong;
    }

    // The hash is part of it: a password that is changed in the file is asked about anew.
    private string Question(string name, BcryptHash hash, byte[] password)
    {
        using var all = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        var length = new byte[sizeof(int)];
        foreach (var part in (
            ReadOnlySpan<byte[]>)[Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(hash.Text), password])
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
            all.AppendData(length);
            all.AppendData(part);
        }
        return Convert.ToHexString(all.GetHashAndReset());
    }
}
