using System.CommandLine;

namespace EtcdSentinelExporter.Lab.Installing;

/// <summary>The verbs <c>install</c>, <c>fetch</c> and <c>unpack</c>.</summary>
internal static class InstallCommands
{
    // Folder below artifacts/, suite of Debian, packages, and how to tell that it runs here.
    private static readonly (string Name, string Suite, string[] Packages, string Program, string Version)[] s_others =
    [
        ("etcd-3.5", "trixie", ["etcd-server", "etcd-client"], "etcd", "etcd Version: 3.5."),
        ("prometheus-3", "sid", ["prometheus", "promtool"], "promtool", "version 3."),
        // Debian's prints no number.
        ("smartctl-exporter", "sid", ["prometheus-smartctl-exporter"], "smartctl_exporter", "exporter, version"),
        ("blackbox-exporter", "trixie", ["prometheus-blackbox-exporter"], "prometheus-blackbox-exporter", "version 0."),
    ];

    public static Command CreateInstall()
    {
        var checks = new Option<bool>("--with-checks")
        {
            Description = "The programs of scripts/test: shellcheck, python3, libfaketime, Alertmanager, amtool and Chromium, and for root "
                + "e2fsprogs, xfsprogs, btrfs-progs, dmsetup and mdadm.",
        };
        var peers = new Option<bool>("--with-peers")
        {
            Description = "The programs that a benchmark compares with: nginx, node_exporter and wrk.",
        };
        var strace = new Option<bool>("--with-strace") { Description = "strace, which slows a disk down." };
        var command = new Command("install", """
            Looks for etcd, etcdctl, Prometheus, promtool, openssl, curl and jq, and fetches what is missing from
            Debian: etcd and Prometheus into artifacts/ (no service is started, no root is needed), the rest with
            apt-get install.
            """) { checks, peers, strace };
        command.SetAction(parsed =>
        {
            Installer.Install(parsed.GetValue(checks), parsed.GetValue(peers));
            if (parsed.GetValue(strace))
                Installer.InstallStrace();
        });
        return command;
    }

    public static Command CreateFetch()
    {
        var name = new Argument<string>("name");
        name.AcceptOnlyFromAmong([.. s_others.Select(one => one.Name), HelmPackage.Name]);
        var command = new Command("fetch", "Unpacks another release of a program into artifacts/.") { name };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) == HelmPackage.Name)
                HelmPackage.Fetch();
            else
                Fetch(parsed.GetValue(name)!);
        });
        return command;
    }

    public static Command CreateUnpack()
    {
        var suite = new Argument<string>("suite");
        var target = new Argument<string>("folder");
        var packages = new Argument<string[]>("packages") { Arity = ArgumentArity.OneOrMore };
        var command = new Command("unpack", "Unpacks packages of a suite of Debian into a folder.")
        {
            suite, target, packages,
        };
        command.SetAction(parsed => new Debian(parsed.GetValue(suite)).Unpack(
            Path.GetFullPath(parsed.GetValue(target)!), parsed.GetValue(packages)!));
        return command;
    }

    /// <summary>Unpacks another program.</summary>
    /// <returns>Its path; <see langword="null"/> if it cannot be had, and then the reason is printed.</returns>
    public static string? TryFetch(string name)
    {
        try
        {
            return Fetch(name);
        }
        catch (LabException e)
        {
            Console.WriteLine($"{name}: {e.Message}");
            return null;
        }
    }

    private static string Fetch(string name)
    {
        var (_, suite, packages, program, version) = s_others.First(one => one.Name == name);
        var target = Path.Combine(Repo.Artifacts, name);
        var file = $"{target}/usr/bin/{program}";
        if (Works())
            return file;
        new Debian(suite).Unpack(target, packages);
        return Works() ? file : throw new LabException($"Debian {suite} does not have {name} that runs here");

        bool Works() =>
            File.Exists(file) && Shell.Run("/", file, "--version").Output.Contains(version, StringComparison.Ordinal);
    }
}
