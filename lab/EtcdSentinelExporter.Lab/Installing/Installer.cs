using System.Text;

namespace EtcdSentinelExporter.Lab.Installing;

/// <summary>A program and the Debian package that has it.</summary>
/// <param name="IsUnpacked">True to unpack the package into artifacts/tools, because it would start a service or needs
/// no root; false for apt-get install.</param>
internal sealed record Requirement(string Program, string Package, bool IsUnpacked = false);

/// <summary>Gets the programs that the lab and the tests need, if they are missing. It starts no service.</summary>
internal static class Installer
{
    private static readonly Requirement[] s_demo =
    [
        new("openssl", "openssl"),
        new("etcd", "etcd-server", IsUnpacked: true), new("etcdctl", "etcd-client", IsUnpacked: true),
        new("prometheus", "prometheus", IsUnpacked: true), new("promtool", "prometheus", IsUnpacked: true),
        new("prometheus-alertmanager", "prometheus-alertmanager", IsUnpacked: true),
    ];

    private static readonly Requirement[] s_scripts = [new("curl", "curl"), new("jq", "jq")];

    private static readonly Requirement[] s_checks =
    [
        new("python3", "python3"), new("shellcheck", "shellcheck", IsUnpacked: true),
        new("amtool", "prometheus-alertmanager", IsUnpacked: true),
        new("faketime/libfaketimeMT.so.1", "libfaketime", IsUnpacked: true),
    ];

    // Only root can mount these file systems and drop packets: for other users these tests are skipped.
    private static readonly Requirement[] s_rootChecks =
    [
        new("mkfs.ext4", "e2fsprogs"), new("mkfs.xfs", "xfsprogs"), new("mkfs.btrfs", "btrfs-progs"),
        new("dmsetup", "dmsetup"), new("mdadm", "mdadm"), new("nft", "nftables"),
    ];

    // For the tests of the status page, and for its pictures in docs.
    private static readonly Requirement[] s_browser = [new("chromium", "chromium"), new("chromedriver", "chromium-driver")];

    // For the tests of rules.
    private static readonly Requirement[] s_victoriaMetrics = [new("vmalert", "victoria-metrics", IsUnpacked: true)];

    private static readonly Requirement[] s_peers =
    [
        new("wrk", "wrk"), new("nginx", "nginx", IsUnpacked: true),
        new("prometheus-node-exporter", "prometheus-node-exporter", IsUnpacked: true),
    ];

    public static void InstallForDemo() => Install(s_demo);

    /// <exception cref="LabException">Only root can install it.</exception>
    public static void InstallStrace()
    {
        try
        {
            Install([new("strace", "strace")]);
        }
        catch (LabException)
        {
            throw new LabException(
                "dying-disk needs strace, which only root can install: apt-get install strace", LabException.Lacking);
        }
    }

    /// <exception cref="LabException">Only root can install it.</exception>
    public static void InstallBrowser() => Install(s_browser);

    /// <param name="checks">True for the programs of scripts/test.</param>
    /// <param name="peers">True for the programs that scripts/bench compares with.</param>
    public static void Install(bool checks, bool peers)
    {
        Install(
        [
            .. s_demo, .. s_scripts, .. checks ? s_checks : [],
            .. checks && Environment.IsPrivilegedProcess ? s_rootChecks : [],
            .. peers ? s_peers : [],
        ]);
        if (checks)
        {
            TryInstall(s_browser, "no test of the status page in a browser");
            TryInstall(s_victoriaMetrics, "no test of rules with vmalert");
        }
    }

    // These are large, and not on every mirror: without them some tests are skipped.
    private static void TryInstall(Requirement[] wanted, string consequence)
    {
        try
        {
            Install(wanted);
        }
        catch (LabException e)
        {
            Console.WriteLine($"{consequence}: {e.Message}");
        }
    }

    private static void Install(Requirement[] wanted)
    {
        var missing = wanted.Where(one => Tools.TryFind(one.Program) is null && Tools.TryFindLibrary(one.Program) is null).ToList();
        if (missing.Count == 0)
            return;
        if (Tools.TryFind("apt-get") is null || Tools.TryFind("dpkg") is null)
        {
            throw new LabException($"missing: {string.Join(' ', Packages(missing))}. This machine has no apt-get; "
                + "install these by hand, so that they are on PATH.");
        }
        if (Packages(missing.Where(one => !one.IsUnpacked)) is { Length: > 0 } small)
            Debian.Install(small);
        if (Packages(missing.Where(one => one.IsUnpacked)) is { Length: > 0 } large)
            Unpack(large);
    }

    private static void Unpack(string[] packages)
    {
        var debian = new Debian();
        debian.Unpack(Tools.Unpacked, packages);
        if (packages.Contains("prometheus-alertmanager", StringComparer.Ordinal))
            MoveTemplates(Path.Combine(Tools.Unpacked, "usr/bin/prometheus-alertmanager"));
        if (packages.Contains("prometheus", StringComparer.Ordinal))
            UnpackPages(debian);
    }

    // The scripts of Prometheus' own pages are packages of their own. Without them its API still works.
    private static void UnpackPages(Debian debian)
    {
        try
        {
            var pages = debian.Dependencies("prometheus").Where(name => name.Split('-')[0] is "libjs" or "fonts");
            debian.Unpack(Tools.Unpacked, [.. pages]);
        }
        catch (LabException e)
        {
            Console.WriteLine($"Prometheus' pages will look bare: {e.Message}");
        }
    }

    // It opens its templates under /usr/share, where an unpacked one has none. Without the first slash (the path stays
    // as long as it was) it opens them from where it is started: artifacts/tools.
    private static void MoveTemplates(string program)
    {
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(program)).Replace(
            "/usr/share/prometheus/alertmanager", "usr/share//prometheus/alertmanager", StringComparison.Ordinal);
        File.WriteAllBytes(program, Encoding.Latin1.GetBytes(text));
    }

    private static string[] Packages(IEnumerable<Requirement> missing) =>
        [.. missing.Select(one => one.Package).Distinct()];
}
