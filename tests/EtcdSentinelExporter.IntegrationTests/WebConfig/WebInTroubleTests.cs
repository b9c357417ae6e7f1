using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.WebConfig;

public sealed class WebInTroubleTests : IDisposable
{
    private const string Tls = "tls_server_config:\n  cert_file: s.crt\n  key_file: s.key\n";

    private readonly WebFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Certificates_that_are_renewed_under_load_cost_no_scrape()
    {
        _folder.Write("web.yml", Tls);
        await using var ours = await WebProgram.OursAsync(_folder);
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(ours.Metrics, stop.Token)).ToList();

        for (var renewed = 0; renewed < 20; renewed++)
        {
            var serial = _folder.Serve();
            await Wait.UntilAsync(
                async () => await SerialAsync(ours.Address) == serial, "the new certificate is served");
        }
        await stop.CancelAsync();

        var statuses = (await Task.WhenAll(load)).SelectMany(seen => seen).ToList();
        Assert.True(statuses.Count > 20);
        Assert.All(statuses, status => Assert.Equal(200, status));
    }

    [Fact]
    public async Task A_file_that_breaks_later_is_a_metric_and_a_line_and_nobody_is_locked_out()
    {
        _folder.Write("web.yml", Tls);
        await using var ours = await WebProgram.OursAsync(_folder);

        _folder.Write("web.yml", Tls + "foo: 1\n");

        using var client = WebFolder.Client();
        await Wait.UntilAsync(
            async () => Scrape.Parse(await client.GetStringAsync(ours.Metrics))
                .Value("etcd_sentinel_web_config_load_success") == 0,
            "the metric says so");
        Assert.Contains("line 4: foo: unknown key", await File.ReadAllTextAsync(ours.Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_in_the_middle_of_scrapes_ends_them_and_the_program()
    {
        _folder.Write("web.yml", Tls);
        await using var ours = await WebProgram.OursAsync(_folder);
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(ours.Metrics, stop.Token)).ToList();
        await Wait.UntilAsync(async () => await SerialAsync(ours.Address) is not null, "it serves");

        var code = await ours.StopAsync();
        await stop.CancelAsync();

        Assert.Equal(0, code);
        // A scrape was whole or there was none: an answer that broke off would have thrown.
        Assert.All((await Task.WhenAll(load)).SelectMany(seen => seen),
            status => Assert.Contains(status, new[] { 0, 200 }));
    }

    [Fact]
    public async Task Sigterm_aborts_a_response_that_nobody_reads()
    {
        _folder.Write("web.yml", "");
        await using var ours = await WebProgram.StartAsync(_folder, "ours",
            [.. Sentinel.PatientThatFindsHangs, $"--path.rootfs={_folder.Root}", "--drives.enabled=false"]);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.ReceiveBufferSize = 4096;
        await client.ConnectAsync(IPAddress.Loopback, ours.Address.Port);
        // Longer than their responses: few of them fill the buffers of the server.
        var request = $"GET /runbooks/EtcdNoSpaceAlarm HTTP/1.1\r\nHost: x\r\nX: {new string('x', 8_000)}\r\n\r\n";
        var requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, 100)));
        var sent = await client.SendAsync(requests);
        await client.ReceiveAsync(new byte[1]);
        client.Blocking = false;

        // Responses have filled all buffers when the server takes no more of these requests while it answers others.
        using var other = WebFolder.Client();
        var without = 0;
        await Wait.UntilAsync(
            async () =>
            {
                Assert.Equal(200, await WebFolder.StatusAsync(other, new Uri(ours.Address, "/-/healthy")));
                without = Sends() ? 0 : without + 1;
                return without == 20;
            },
            "the server waits for the client");

        Assert.Equal(0, await ours.StopAsync());

        bool Sends()
        {
            var before = sent;
            SocketError error;
            do
                sent += client.Send(requests.AsSpan(sent % requests.Length), SocketFlags.None, out error);
            while (error is SocketError.Success);
            Assert.Equal(SocketError.WouldBlock, error);
            return sent > before;
        }
    }

    [Theory]
    [InlineData("web.listen-address")]
    [InlineData("web.health-listen-address")]
    public async Task A_port_that_is_taken_is_one_sentence_and_exit_code_1(string setting)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        string[] other = setting is "web.listen-address" ? [] : ["--web.listen-address=127.0.0.1:0"];

        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => CleanProcess.RunAsync(Sentinel.Program, [.. other, $"--{setting}=127.0.0.1:{port}"]));

        Assert.Contains("ended with 1: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"{setting}: cannot listen on 127.0.0.1:{port}: address already in use; "
            + "stop the other program, or choose another address.",
            e.Message, StringComparison.Ordinal);
    }

    // A build that is not native opens a file for each assembly: below 80 it does not get as far.
    [Theory]
    [InlineData(100, "--web.listen-address=127.0.0.1:0", 800)]
    [InlineData(300, "--web.listen-address=127.0.0.1:0", 800)]
    [InlineData(64, "smart-agent --drives.folder=/nonexistent", 224)]
    public async Task Too_low_a_limit_on_open_files_is_one_sentence_and_1(int limit, string arguments, int needed)
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => CleanProcess.RunAsync(
            "/bin/sh", ["-c", $"ulimit -n {limit}; exec \"$0\" {arguments}", Sentinel.Program]));

        Assert.EndsWith(
            $"ended with 1: open file limit is too low: {limit}, but etcd-sentinel-exporter needs {needed}; raise it "
            + "with LimitNOFILE= of systemd or ulimit -n.\n",
            e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_pipe_that_nobody_reads_blocks_neither_pages_nor_polls_nor_the_end()
    {
        _folder.Write("web.yml", "");
        // The reader opens the pipe and reads nothing.
        const string unread = "mkfifo \"$0\"; sleep 1000 <\"$0\" & exec \"$@\" 2>\"$0\"";
        await using var ours = await WebProgram.StartAsync(_folder, "ours",
            ["/bin/sh", "-c", unread, Path.Combine(_folder.Root, "pipe"), Sentinel.Patient,
                $"--path.rootfs={_folder.Root}", "--drives.enabled=false", "--log.level=debug",
                "--certificates.every=1s", "--certificates.timeout=1s"]);
        using var client = WebFolder.Client();

        await Wait.UntilAsync(async () => await ValueAsync("etcd_sentinel_log_lines_dropped_total") > 0, "lines are lost");
        var polls = await ValueAsync("etcd_sentinel_polls_total{collector=\"certificates\",result=\"success\"}");
        await Wait.UntilAsync(
            async () => await ValueAsync("etcd_sentinel_polls_total{collector=\"certificates\",result=\"success\"}") > polls,
            "polls go on");

        Assert.Equal(0, await ours.StopAsync());

        async Task<double?> ValueAsync(string series) =>
            Scrape.Parse(await client.GetStringAsync(ours.Metrics)).Value(series);
    }

    private static async Task<List<int>> LoadAsync(Uri page, CancellationToken stop)
    {
        var seen = new List<int>();
        while (!stop.IsCancellationRequested)
        {
            using var client = WebFolder.Client();
            seen.Add(await WebFolder.StatusAsync(client, page));
        }
        return seen;
    }

    private static async Task<string?> SerialAsync(Uri address)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        await using var tls = new System.Net.Security.SslStream(
            socket.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("127.0.0.1");
        return tls.RemoteCertificate?.GetSerialNumberString();
    }
}
