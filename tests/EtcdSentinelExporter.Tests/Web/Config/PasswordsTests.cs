using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Text;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web.Config;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web.Config;

public sealed class PasswordsTests : IDisposable
{
    private static readonly BcryptHash Hash = BcryptHash.Parse(
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
    private static readonly BcryptHash Other = BcryptHash.Parse(
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy");

    private readonly FakeClock _clock = new();
    private readonly SemaphoreSlim _turns = new(0);
    private readonly ConcurrentQueue<string> _checked = new();
    private readonly ConcurrentQueue<BcryptHash> _hashes = new();
    private bool _isHeld;

    public void Dispose() => _turns.Dispose();

    [Fact]
    public async Task Each_question_is_asked_once()
    {
        var passwords = new Passwords(Verify, _clock);

        Assert.Equal(PasswordVerdict.Valid, await AskAsync(passwords, "prom", "right"));
        Assert.Equal(PasswordVerdict.Valid, await AskAsync(passwords, "prom", "right"));
        Assert.Equal(PasswordVerdict.Invalid, await AskAsync(passwords, "prom", "guess"));
        Assert.Equal(PasswordVerdict.Invalid, await AskAsync(passwords, "prom", "guess"));
        Assert.Equal(["right", "guess"], _checked);
    }

    // Time must not tell whether a name exists, also where costs differ.
    [Fact]
    public async Task An_unknown_name_costs_the_check_of_one_configured_hash_and_always_the_same()
    {
        var passwords = new Passwords(Verify, _clock);
        var users = new Dictionary<string, BcryptHash> { ["a"] = Hash, ["b"] = Other };

        for (var name = 0; name < 64; name++)
        {
            Assert.Equal(PasswordVerdict.Invalid, await AskAsync(passwords, $"nobody {name}", "right", users: users));
            Assert.Equal(PasswordVerdict.Invalid, await AskAsync(passwords, $"nobody {name}", "wrong", users: users));
        }

        var pairs = _hashes.Chunk(2).ToList();
        Assert.All(pairs, pair => Assert.Equal(pair[0], pair[1]));
        Assert.Equal(64, pairs.Count);
        Assert.Equal(2, pairs.Select(pair => pair[0]).Distinct().Count());
    }

    [Fact]
    public async Task A_hash_that_changed_is_asked_about_anew()
    {
        var passwords = new Passwords(Verify, _clock);
        await AskAsync(passwords, "prom", "right");

        await AskAsync(passwords, "prom", "right", new Dictionary<string, BcryptHash> { ["prom"] = Other });

        Assert.Equal(2, _checked.Count);
    }

    [Fact]
    public async Task A_thousand_guesses_do_not_push_out_a_right_password()
    {
        var passwords = new Passwords(Verify, _clock);
        await AskAsync(passwords, "prom", "right");
        for (var guess = 0; guess < 2_500; guess++)
            await AskAsync(passwords, "prom", $"guess {guess}");
        var asked = _checked.Count;

        Assert.Equal(PasswordVerdict.Valid, await AskAsync(passwords, "prom", "right"));
        Assert.Equal(asked, _checked.Count);
    }

    [Fact]
    public async Task Whoever_waits_too_long_is_refused_and_finds_the_verdict_with_the_next_request()
    {
        _isHeld = true;
        var passwords = new Passwords(Verify, _clock);
        var asked = AskAsync(passwords, "prom", "right");

        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(PasswordVerdict.Throttled, await asked);
        _turns.Release();
        await Eventually.IsAsync(() => _checked.Contains("right"), "the check has run");

        Assert.Equal(PasswordVerdict.Valid, await AskAsync(passwords, "prom", "right"));
        Assert.Single(_checked);
    }

    [Fact]
    public async Task One_client_has_its_share_and_leaves_room_for_others()
    {
        _isHeld = true;
        var passwords = new Passwords(Verify, _clock);
        var guesses = Enumerable.Range(0, 200).Select(n => AskAsync(passwords, "prom", $"{n}")).ToList();
        var other = AskAsync(passwords, "prom", "right", from: "10.0.0.2");

        _turns.Release(200);

        Assert.Equal(PasswordVerdict.Valid, await other);
        var verdicts = await Task.WhenAll(guesses);
        // One runs, four wait; whether the first has begun when the fifth comes is up to the scheduler.
        Assert.InRange(verdicts.Count(one => one is PasswordVerdict.Invalid), 4, 5);
        Assert.Equal(PasswordVerdict.Invalid, await AskAsync(passwords, "prom", "another"));
    }

    [Fact]
    public async Task Whoever_guessed_wrong_waits_behind_a_Prometheus_that_comes_later()
    {
        _isHeld = true;
        var passwords = new Passwords(Verify, _clock);
        var first = Enumerable.Range(0, 17).Select(n => GuessAsync(n, "first")).ToList();
        _turns.Release(17);
        Assert.All(await Task.WhenAll(first), verdict => Assert.Equal(PasswordVerdict.Invalid, verdict));

        var flood = Enumerable.Range(0, 68).Select(n => GuessAsync(n % 17, $"more {n}")).ToList();
        var prometheus = AskAsync(passwords, "prom", "right", from: "10.0.0.99");
        // The one that has begun, and Prometheus'.
        _turns.Release(2);

        Assert.Equal(PasswordVerdict.Valid, await prometheus);
        Assert.True(flood.Count(guess => guess.IsCompleted) <= 1);
        _turns.Release(68);
        Assert.All(await Task.WhenAll(flood), verdict => Assert.Equal(PasswordVerdict.Invalid, verdict));

        Task<PasswordVerdict> GuessAsync(int attacker, string guess) =>
            AskAsync(passwords, "prom", $"{guess} of {attacker}", from: $"10.0.1.{attacker}");
    }

    [Fact]
    public async Task A_full_queue_gives_the_place_of_whoever_guessed_wrong_to_whoever_did_not()
    {
        var passwords = new Passwords(Verify, _clock);
        for (var attacker = 0; attacker < 80; attacker++)
            await GuessAsync(attacker, "first");
        _isHeld = true;
        var flood = Enumerable.Range(0, 80 * 4).Select(n => GuessAsync(n % 80, $"more {n}")).ToList();

        var prometheus = AskAsync(passwords, "prom", "right", from: "10.0.0.99");
        _turns.Release(500);

        Assert.Equal(PasswordVerdict.Valid, await prometheus);
        var verdicts = await Task.WhenAll(flood);
        Assert.InRange(verdicts.Count(one => one is PasswordVerdict.Invalid), 255, 257);

        Task<PasswordVerdict> GuessAsync(int attacker, string guess) =>
            AskAsync(passwords, "prom", $"{guess} of {attacker}", from: $"10.0.1.{attacker}");
    }

    [Fact]
    public async Task A_check_that_fails_fails_its_request_and_no_other()
    {
        var passwords = new Passwords(
            (password, hash) => Encoding.UTF8.GetString(password) == "odd"
                ? throw new InvalidOperationException("no bcrypt")
                : Verify(password, hash),
            _clock);

        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(passwords, "prom", "odd"));

        Assert.Equal(PasswordVerdict.Valid, await AskAsync(passwords, "prom", "right"));
    }

    private static Task<PasswordVerdict> AskAsync(
        Passwords passwords, string name, string password, Dictionary<string, BcryptHash>? users = null,
        string from = "10.0.0.1") =>
        passwords.CheckAsync(
            (users ?? new() { ["prom"] = Hash }).ToFrozenDictionary(), name, Encoding.UTF8.GetBytes(password),
            ClientKey.Of(IPAddress.Parse(from)), CancellationToken.None).AsTask();

    private bool Verify(byte[] password, BcryptHash hash)
    {
        if (_isHeld)
            _turns.Wait();
        var text = Encoding.UTF8.GetString(password);
        _hashes.Enqueue(hash);
        _checked.Enqueue(text);
        return text == "right";
    }
}
