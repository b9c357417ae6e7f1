using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Result of checking a user name and a password.</summary>
internal enum PasswordVerdict { Valid, Invalid, Throttled }

/// <summary>Checks passwords one at a time, and caches the verdicts.</summary>
/// <remarks>Without the cache each scrape would cost a bcrypt. The cache contains keyed hashes only, so a memory dump
/// reveals no further passwords. Valid and invalid ones are cached separately, so guesses cannot evict the password
/// of a scrape.</remarks>
/// <param name="verify">True if a password belongs to a hash; may take a second.</param>
internal sealed class Passwords(Func<byte[], BcryptHash, bool> verify, TimeProvider clock)
{
    private const int MaxCached = 1_000;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, bool> _valid = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _invalid = new(StringComparer.Ordinal);
    private readonly PasswordQueue _queue = new();

    /// <param name="password">As sent by the client.</param>
    /// <param name="from">The client; each has its own share of the queue.</param>
    public async ValueTask<PasswordVerdict> CheckAsync(
        FrozenDictionary<string, BcryptHash> users, string name, byte[] password, ClientKey from,
        CancellationToken cancellationToken)
    {
        // Computed for known names too, so that a cached verdict takes the same time for both.
        var standIn = StandIn(users, name);
        var isKnown = users.TryGetValue(name, out var hash);
        hash ??= standIn;
        var cacheKey = CacheKey(name, isKnown, hash, password);
        if (Cached(cacheKey) is { } known)
            return known ? PasswordVerdict.Valid : PasswordVerdict.Invalid;
        try
        {
            var check = _queue.RunAsync(from, () => Check(cacheKey, isKnown, hash, password));
            return await check.WaitAsync(MaxWait, clock, cancellationToken) switch
            {
                true => PasswordVerdict.Valid,
                false => PasswordVerdict.Invalid,
                null => PasswordVerdict.Throttled,
            };
        }
        catch (TimeoutException)
        {
            return PasswordVerdict.Throttled;
        }
    }

    // A concurrent request may have cached the same verdict meanwhile.
    private bool Check(string cacheKey, bool isKnown, BcryptHash hash, byte[] password) =>
        Cached(cacheKey) ?? Cache(cacheKey, verify(password, hash) && isKnown);

    // An unknown name is checked against a fixed known hash, so that timing does not reveal which names exist.
    private BcryptHash StandIn(FrozenDictionary<string, BcryptHash> users, string name)
    {
        var choice = BinaryPrimitives.ReadUInt32LittleEndian(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name)));
        var hashes = users.OrderBy(user => user.Key, StringComparer.Ordinal).Select(user => user.Value).ToArray();
        return hashes[choice % (uint)hashes.Length];
    }

    private bool? Cached(string cacheKey) =>
        _valid.ContainsKey(cacheKey) ? true : _invalid.ContainsKey(cacheKey) ? false : null;

    private bool Cache(string cacheKey, bool isValid)
    {
        var verdicts = isValid ? _valid : _invalid;
        if (verdicts.Count >= MaxCached)
            verdicts.Clear();
        verdicts[cacheKey] = true;
        return isValid;
    }

    // The hash is part of the cache key, so a password that changes in the file is checked again. So is a name that is
    // added or removed while another name with the same hash stays.
    private string CacheKey(string name, bool isKnown, BcryptHash hash, byte[] password)
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
