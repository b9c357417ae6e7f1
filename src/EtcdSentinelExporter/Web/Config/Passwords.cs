using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Result of checking a user name and a password.</summary>
internal enum Verdict { Right, Wrong, TooMany }

/// <summary>Checks passwords one at a time, and caches the verdicts.</summary>
/// <remarks>Without the cache each scrape would cost a bcrypt. The cache contains keyed hashes only, so a memory dump
/// reveals no further passwords. Valid and invalid ones are cached separately, so guesses cannot evict the password
/// of a scrape.</remarks>
/// <param name="fits">True if a password belongs to a hash; may take a second.</param>
internal sealed class Passwords(Func<byte[], BcryptHash, bool> fits, TimeProvider clock)
{
    private const int MaxRemembered = 1_000;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, bool> _right = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _wrong = new(StringComparer.Ordinal);
    private readonly PasswordQueue _queue = new();

    /// <summary>Checks a user name and a password.</summary>
    /// <param name="password">As sent by the client.</param>
    /// <param name="from">The client; each has its own share of the queue.</param>
    public async ValueTask<Verdict> CheckAsync(
        FrozenDictionary<string, BcryptHash> users, string name, byte[] password, ClientKey from,
        CancellationToken cancellationToken)
    {
        // Computed for known names too, so that a cached verdict takes the same time for both.
        var standIn = StandIn(users, name);
        var isKnown = users.TryGetValue(name, out var hash);
        hash ??= standIn;
        var question = Question(name, isKnown, hash, password);
        if (Remembered(question) is { } known)
            return known ? Verdict.Right : Verdict.Wrong;
        try
        {
            var check = _queue.RunAsync(from, () => Check(question, isKnown, hash, password));
            return await check.WaitAsync(MaxWait, clock, cancellationToken) switch
            {
                true => Verdict.Right,
                false => Verdict.Wrong,
                null => Verdict.TooMany,
            };
        }
        catch (TimeoutException)
        {
            return Verdict.TooMany;
        }
    }

    // A concurrent request may have cached the same verdict meanwhile.
    private bool Check(string question, bool isKnown, BcryptHash hash, byte[] password) =>
        Remembered(question) ?? Remember(question, fits(password, hash) && isKnown);

    // An unknown name is checked against a fixed known hash, so that timing does not reveal which names exist.
    private BcryptHash StandIn(FrozenDictionary<string, BcryptHash> users, string name)
    {
        var choice = BinaryPrimitives.ReadUInt32LittleEndian(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name)));
        var hashes = users.OrderBy(user => user.Key, StringComparer.Ordinal).Select(user => user.Value).ToArray();
        return hashes[choice % (uint)hashes.Length];
    }

    private bool? Remembered(string question) =>
        _right.ContainsKey(question) ? true : _wrong.ContainsKey(question) ? false : null;

    private bool Remember(string question, bool isRight)
    {
        var verdicts = isRight ? _right : _wrong;
        if (verdicts.Count >= MaxRemembered)
            verdicts.Clear();
        verdicts[question] = true;
        return isRight;
    }

    // The hash is part of the cache key, so a password that changes in the file is checked again. So is a name that is
    // added or removed while another name with the same hash stays.
    private string Question(string name, bool isKnown, BcryptHash hash, byte[] password)
    {
        using var all = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        var length = new byte[sizeof(int)];
        byte[][] parts =
        [
            Encoding.UTF8.GetBytes(name), [isKnown ? (byte)1 : (byte)0], Encoding.UTF8.GetBytes(hash.Text), password,
        ];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
            all.AppendData(length);
            all.AppendData(part);
        }
        return Convert.ToHexString(all.GetHashAndReset());
    }
}
