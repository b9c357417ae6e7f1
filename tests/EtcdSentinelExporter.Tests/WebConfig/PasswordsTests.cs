using System.Collections.Frozen;
using System.Net;
using System.Text;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.WebConfig;
using Xunit;

namespace EtcdSentinelExporter.Tests.WebConfig;

public sealed class PasswordsTests
{
    private static readonly BcryptHash Hash = BcryptHash.Parse(
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
    private static readonly BcryptHash Other = BcryptHash.Parse(
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy");

    private readonly FakeClock _clock = new();
    private int _asked;

    [Fact]
    public async Task Each_question_is_asked_once()
    {
        using var passwords = new Passwords(Fits, _clock);

        Assert.Equal(Verdict.Right, await AskAsync(passwords, "prom", "right"));
        Assert.Equal(Verdict.Right, await AskAsync(passwords, "prom", "right"));
        Assert.Equal(Verdict.Wrong, await AskAsync(passwords, "prom", "guess"));
        Assert.Equal(Verdict.Wrong, await AskAsync(passwords, "prom", "guess"));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_user_who_does_not_exist_is_asked_about_all_the_same()
    {
        using var passwords = new Passwords(Fits, _clock);

        Assert.Equal(Verdict.Wrong, await AskAsync(passwords, "nobody", "right"));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_hash_that_changed_is_asked_about_anew()
    {
        using var passwords = new Passwords(Fits, _clock);
        await AskAsync(passwords, "prom", "right");

        await AskAsync(passwords, "prom", "right", Other);

        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_thousand_guesses_do_not_push_out_a_right_password()
    {
        using var passwords = new Passwords(Fits, _clock);
        await AskAsync(passwords, "prom", "right");
        for (var guess = 0; guess < 2_500; guess++)
            await AskAsync(passwords, "prom", $"guess {guess}");
        var asked = _asked;

        Assert.Equal(Verdict.Right, await AskAsync(passwords, "prom", "right"));
        Assert.Equal(asked, _asked);
    }

    [Fact]
    public async Task Only_so_many_wait_and_none_for_ever()
    {
        using var held = new ManualResetEventSlim();
        using var passwords = new Passwords((_, _) => { held.Wait(); return true; }, _clock);
        var first = AskAsync(passwords, "prom", "first");
        var waiting = Enumerable.Range(0, 63).Select(n => AskAsync(passwords, "prom", $"{n}", from: $"10.0.0.{n}"))
            .ToList();

        Assert.Equal(Verdict.TooMany, await AskAsync(passwords, "prom", "one more"));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.All(await Task.WhenAll(waiting), verdict => Assert.Equal(Verdict.TooMany, verdict));
        held.Set();
        Assert.Equal(Verdict.Right, await first);
    }

    [Fact]
    public async Task Who_guesses_from_one_address_leaves_room_for_others()
    {
        using var held = new ManualResetEventSlim();
        using var passwords = new Passwords((password, hash) => { held.Wait(); return Fits(password, hash); }, _clock);
        var guesses = Enumerable.Range(0, 200).Select(n => AskAsync(passwords, "prom", $"{n}")).ToList();
        var other = AskAsync(passwords, "prom", "right", from: "10.0.0.2");

        held.Set();

        Assert.Equal(Verdict.Right, await other);
        var verdicts = await Task.WhenAll(guesses);
        Assert.Equal(
            (4, 196), (verdicts.Count(one => one is Verdict.Wrong), verdicts.Count(one => one is Verdict.TooMany)));
        Assert.Equal(Verdict.Wrong, await AskAsync(passwords, "prom", "another"));
    }

    private static Task<Verdict> AskAsync(
        Passwords passwords, string name, string password, BcryptHash? hash = null, string from = "10.0.0.1")
    {
        var users = new Dictionary<string, BcryptHash> { ["prom"] = hash ?? Hash }.ToFrozenDictionary();
        return passwords.CheckAsync(
            users, name, Encoding.UTF8.GetBytes(password), IPAddress.Parse(from), CancellationToken.None).AsTask();
    }

    private bool Fits(byte[] password, BcryptHash hash)
    {
        Interlocked.Increment(ref _asked);
        return Encoding.UTF8.GetString(password) == "right";
    }
}
