using System.Text;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public sealed class EtcdLoginTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly StatusResponse Status = new() { Version = "3.5.16", DbSize = 42 };

    private readonly FakeClock _clock = new();
    private readonly List<string> _asked = [];
    private EtcdConnection? _connection;
    private string _password = "pass\n";
    private string? _valid;
    private (string Code, string Text)? _failure;
    private Func<Task>? _giveUp;

    public void Dispose() => _connection?.Dispose();

    [Fact]
    public async Task One_login_serves_all_calls()
    {
        await using var server = await StartAsync();
        var client = Client(server);

        for (var poll = 0; poll < 3; poll++)
        {
            Assert.Equal(Status, await client.StatusAsync(Deadline, default));
            _clock.Advance(TimeSpan.FromMinutes(4));
        }

        Assert.Equal(["login pass", "status", "status", "status"], _asked);
    }

    [Fact]
    public async Task A_token_that_expires_is_replaced_at_once_after_5_minutes_and_not_before()
    {
        await using var server = await StartAsync();
        var client = Client(server);
        await client.StatusAsync(Deadline, default);

        _valid = null;
        _clock.Advance(TimeSpan.FromMinutes(4));
        var early = await FailureAsync(client);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await client.StatusAsync(Deadline, default);

        Assert.Equal(EtcdReason.Auth, early.Reason);
        Assert.Equal(2, _asked.Count(call => call == "login pass"));
    }

    [Fact]
    public async Task After_a_refusal_there_is_no_login_for_half_an_hour_unless_the_password_changes()
    {
        await using var server = await StartAsync();
        var client = Client(server);
        _password = "wrong";

        var first = await FailureAsync(client);
        _clock.Advance(TimeSpan.FromMinutes(29));
        var second = await FailureAsync(client);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await FailureAsync(client);
        _password = "pass";
        var soon = await FailureAsync(client);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await client.StatusAsync(Deadline, default);

        Assert.Equal((EtcdReason.Auth, EtcdReason.Auth), (first.Reason, second.Reason));
        Assert.Contains("The login of user sentinel failed", first.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", first.Message + second.Message + soon.Message, StringComparison.Ordinal);
        Assert.Equal(["login wrong", "login wrong", "login pass", "status"], _asked);
    }

    [Theory]
    [InlineData("14", "etcdserver: no leader", EtcdReason.NoLeader)]
    [InlineData("14", "etcdserver: request timed out", EtcdReason.Timeout)]
    [InlineData("8", "etcdserver: too many requests", EtcdReason.Overloaded)]
    public async Task A_login_that_fails_is_no_refusal_and_is_repeated_after_a_minute(
        string code, string text, string reason)
    {
        await using var server = await StartAsync();
        var client = Client(server);
        _failure = (code, text);

        var first = await FailureAsync(client);
        _clock.Advance(TimeSpan.FromSeconds(59));
        var paused = await FailureAsync(client);
        _failure = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await client.StatusAsync(Deadline, default);

        Assert.Equal((reason, true, false), (first.Reason, first.IsLogin, first.IsPaused));
        Assert.Equal((reason, true, true), (paused.Reason, paused.IsLogin, paused.IsPaused));
        Assert.Equal(first.Message, paused.Message);
        Assert.Equal(["login pass", "login pass", "status"], _asked);
    }

    [Fact]
    public async Task A_login_that_the_poll_gave_up_is_a_timeout()
    {
        await using var server = await StartAsync();
        var client = Client(server);
        using var poll = new CancellationTokenSource();
        _giveUp = poll.CancelAsync;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.StatusAsync(Deadline, poll.Token));
        var paused = await FailureAsync(client);

        Assert.Equal((EtcdReason.Timeout, true), (paused.Reason, paused.IsPaused));
    }

    [Fact]
    public async Task Without_authentication_in_etcd_no_token_is_sent_and_it_is_asked_again_after_5_minutes()
    {
        await using var server = await StartAsync(isEnabled: false);
        var client = Client(server);

        await client.StatusAsync(Deadline, default);
        await client.StatusAsync(Deadline, default);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await client.StatusAsync(Deadline, default);

        Assert.Equal(["login pass", "status", "status", "login pass", "status"], _asked);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(null, "no such file")]
    public async Task A_password_that_cannot_be_read_is_not_sent(string? password, string message)
    {
        await using var server = await StartAsync();
        _password = password!;

        var failure = await FailureAsync(Client(server));

        Assert.Equal(EtcdReason.Auth, failure.Reason);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task A_password_does_not_travel_over_plain_HTTP()
    {
        var endpoint = EtcdEndpoint.Parse("http://192.0.2.1:2379");
        _connection = new(endpoint, EtcdTimeouts.Default, _clock);
        var login = new EtcdLogin(endpoint, _connection, new("sentinel", "/p"), _ => "pass"u8.ToArray(), _clock);

        var failure = await Assert.ThrowsAsync<EtcdException>(() => login.TokenAsync(null, Deadline, default));

        Assert.Contains("plain HTTP", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<EtcdException> FailureAsync(EtcdClient client) =>
        await Assert.ThrowsAsync<EtcdException>(() => client.StatusAsync(Deadline, default));

    private EtcdClient Client(FakeEtcd server)
    {
        _connection = new(server.Endpoint, EtcdTimeouts.Default, _clock);
        return new(_connection, tls: null, new EtcdLogin(
            server.Endpoint, _connection, new("sentinel", "/password"),
            _ => _password is { } text ? Encoding.UTF8.GetBytes(text) : throw new IOException("/password: no such file"),
            _clock));
    }

    private Task<FakeEtcd> StartAsync(bool isEnabled = true) => FakeEtcd.StartAsync(context =>
        context.Request.Path == "/etcdserverpb.Auth/Authenticate"
            ? AuthenticateAsync(context, isEnabled)
            : StatusAsync(context, isEnabled));

    private async Task AuthenticateAsync(HttpContext context, bool isEnabled)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = AuthenticateRequest.Parser.ParseFrom(body.ToArray().AsSpan(5));
        _asked.Add($"login {request.Password}");
        if (_giveUp is { } giveUp)
        {
            await giveUp();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        }
        if (_failure is { } failure)
            await FakeEtcd.AnswerAsync(context, [], failure.Code, failure.Text);
        else if (!isEnabled)
            await FakeEtcd.AnswerAsync(context, [], "9", "etcdserver: authentication is not enabled");
        else if (request is not { Name: "sentinel", Password: "pass" })
            await FakeEtcd.AnswerAsync(context, [], "3", "etcdserver: authentication failed, invalid user ID or password");
        else
            await FakeEtcd.AnswerAsync(context, new AuthenticateResponse { Token = _valid = $"token.{_asked.Count}" });
    }

    private async Task StatusAsync(HttpContext context, bool isEnabled)
    {
        var token = context.Request.Headers["token"].ToString();
        if (isEnabled && token != _valid)
        {
            await FakeEtcd.AnswerAsync(context, [], "16", "etcdserver: invalid auth token");
            return;
        }
        _asked.Add(token.Length > 0 == isEnabled ? "status" : $"token {token}");
        await FakeEtcd.AnswerAsync(context, Status);
    }
}
