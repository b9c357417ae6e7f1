namespace EtcdSentinelExporter.Recovery;

/// <summary>What to do about one problem of this cluster, in order.</summary>
/// <param name="Verb">The word after <c>recover</c>.</param>
/// <param name="Title">One line: the problem and its place.</param>
internal sealed record RecoveryPlan(string Verb, string Title)
{
    /// <summary>Version of the JSON form.</summary>
    public const int Schema = 1;

    /// <summary>ID of the cluster in hexadecimal; <see langword="null"/> if unknown, and if the plan is about this node
    /// only.</summary>
    public string? ClusterId { get; init; }

    /// <summary>What led to the problem, one sentence each.</summary>
    public ImmutableArray<string> Causes { get; init; } = [];

    /// <summary>Why the steps must not be run now. The steps are still part of the plan.</summary>
    public ImmutableArray<PlanRefusal> Refusals { get; init; } = [];

    public ImmutableArray<RecoveryStep> Steps { get; init; } = [];

    /// <summary>What else to know, one sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <param name="Code">The word that names it, as in <c>--force</c>.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Remedy">What to do first.</param>
internal sealed record PlanRefusal(string Code, string Reason, string Remedy);

/// <summary>One step of a plan.</summary>
/// <param name="Title">What it does.</param>
internal sealed record RecoveryStep(string Title)
{
    /// <summary>Must hold before it.</summary>
    public ImmutableArray<StepCheck> Before { get; init; } = [];

    /// <summary>The same command for several places; the first is the best one on this node. Empty for a step by
    /// hand.</summary>
    public ImmutableArray<CommandForm> Commands { get; init; } = [];

    /// <summary>What the command prints, unless its form says otherwise; <see langword="null"/> if nothing is expected
    /// of its output.</summary>
    public ExpectedOutput? Expect { get; init; }

    /// <summary>What to expect, for people; <see langword="null"/> for nothing.</summary>
    public string? Expected => Commands.FirstOrDefault(form => form.Expect is not null)?.Expect is { } own
        ? $"{(Expect is null ? "" : $"{Expect.Says} ")}By this program: {own.Says}"
        : Expect?.Says;

    /// <summary>What one form prints.</summary>
    public ExpectedOutput? ExpectOf(CommandForm form) => form.Expect ?? Expect;

    /// <summary>Must hold after it.</summary>
    public ImmutableArray<StepCheck> After { get; init; } = [];

    /// <summary>What to do if something differs.</summary>
    public string? IfNot { get; init; }

    /// <summary>Who waits meanwhile, and how long; <see langword="null"/> if nobody does.</summary>
    public string? Blocks { get; init; }

    /// <summary>What it needs: room on a disk.</summary>
    public string? Needs { get; init; }
}

/// <summary>A command that only reads.</summary>
/// <param name="Says">What it shows if all is well.</param>
/// <param name="Command">One line for bash. It fails if the check does.</param>
/// <param name="Pattern">Extended regular expression that its output must match; <see langword="null"/> for
/// none.</param>
internal sealed record StepCheck(string Says, string Command, string? Pattern = null);

/// <param name="Says">For people.</param>
/// <param name="Pattern">Extended regular expression.</param>
/// <param name="AfterFailure">The same for a command that failed, where that can mean that nothing was left to do;
/// <see langword="null"/> if every failure counts.</param>
internal sealed record ExpectedOutput(string Says, string Pattern, string? AfterFailure = null);

/// <param name="Where">Where it runs.</param>
/// <param name="Command">One line for bash.</param>
/// <param name="Expect">What it prints, if that differs from the other forms.</param>
internal sealed record CommandForm(string Where, string Command, ExpectedOutput? Expect = null);
