using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Lab.Views;

/// <summary>Days left of each certificate, and whether it is served, compared with openssl.</summary>
internal sealed partial class CertificatesView(DemoLab lab) : IView
{
    private const string Format = "{0,-26} {1,-5} {2,10} {3,10} {4,10}  {5}";

    // Nine files and three listeners on each node.
    private const int OfNode = 12;

    public string Disagreement => "Prometheus and openssl do not agree";

    public async Task<IReadOnlyList<string>> CompareAsync()
    {
        var seen = await AskAsync();
        var files = lab.Nodes.SelectMany(node =>
            seen.Find(node, "certificate_not_after_timestamp_seconds", ("index", "0"))).ToList();
        var ports = lab.Nodes.SelectMany(node =>
            seen.Find(node, "served_certificate_not_after_timestamp_seconds")).ToList();
        var complaints = new List<string>();
        foreach (var one in files.Concat(ports))
        {
            var node = lab.Node(one["node"]!);
            var theirs = one["path"] is { } path
                ? await EndOfFileAsync(node.Root + path)
                : await EndAtAsync(node, one["listener"]!, one["address"]!);
            if (one.Value != theirs)
            {
                complaints.Add(FormattableString.Invariant(
                    $"{one["node"]}: {one["path"] ?? one["address"]} expires at {one.Value}, openssl reads {theirs}"));
            }
        }
        if (files.Count + ports.Count < OfNode * lab.Nodes.Length)
            complaints.Add($"only {files.Count + ports.Count} certificates are seen");
        return complaints;
    }

    public async Task<IReadOnlyList<string>> DrawAsync()
    {
        var seen = await AskAsync();
        var names = seen.All.Where(one => one.Name == "etcd_sentinel_certificate_days_left" && one["index"] == "0")
            .Select(one => (Kind: one["kind"]!, Name: one["name"]!)).Distinct().Order();
        return
        [
            Seen.Row(Format, ["CERTIFICATE", "KIND", .. lab.Nodes.Select(node => $"DAYS {node}"), "SERVED"]),
            .. names.Select(one => Seen.Row(Format,
            [
                one.Name, one.Kind,
                .. lab.Nodes.Select(node => Seen.Show(
                    seen.Value(node, "certificate_days_left", ("index", "0"), ("name", one.Name)),
                    days => $"{Math.Floor(days * 10) / 10:0.#}")),
                Served(seen, one.Name),
            ])),
        ];
    }

    /// <summary>1 if the API server of that node serves the certificate in its file, 0 if not; <see langword="null"/>
    /// if that is not known.</summary>
    public async Task<double?> ServesItsFileAsync(string node) => (await AskAsync())
        .Value(node, "served_certificate_matches_file", ("listener", "kube-apiserver"));

    private Task<Seen> AskAsync() =>
        Seen.AskAsync(lab.Prometheus, "(certificate_(not_after|days)|served_certificate)_.+");

    private string Served(Seen seen, string name)
    {
        var all = lab.Nodes.SelectMany(node => seen.Find(node, "served_certificate_matches_file", ("name", name)))
            .ToList();
        var old = all.Where(one => one.Value == 0).Select(one => one["node"]).Distinct().ToList();
        return all.Count == 0 ? "-" : old.Count == 0 ? "yes" : $"renewed, not yet served ({string.Join(' ', old)})";
    }

    // Unix time at which the first certificate of the file expires.
    private static async Task<long?> EndOfFileAsync(string file)
    {
        var text = await File.ReadAllTextAsync(file);
        if (InKubeconfig().Match(text) is { Success: true } match)
            text = Encoding.ASCII.GetString(Convert.FromBase64String(match.Groups[1].Value));
        return await EndAsync("cat", text);
    }

    private static Task<long?> EndAtAsync(NodeFolder node, string listener, string address)
    {
        var pair = node.EtcdPki(listener == "etcd-peer" ? "peer" : "healthcheck-client");
        return EndAsync($"openssl s_client -connect '{address}' -cert '{pair}.crt' -key '{pair}.key' 2>/dev/null", "");
    }

    private static async Task<long?> EndAsync(string source, string input)
    {
        try
        {
            var line = await CleanProcess.RunAsync(
                "/bin/sh", ["-c", $"{source} | openssl x509 -noout -enddate"], input);
            return DateTimeOffset.ParseExact(
                line.Trim(), "'notAfter='MMM d HH:mm:ss yyyy 'GMT'", CultureInfo.InvariantCulture,
                DateTimeStyles.AllowInnerWhite | DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("client-certificate-data: *([A-Za-z0-9+/=]*)")]
    private static partial Regex InKubeconfig();
}
