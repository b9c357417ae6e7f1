using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>A test that runs a program; skipped with a reason if the program is not on PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program)
    {
        Program = program;
        if (Programs.Find(program) is null)
            Skip = $"There is no {program} on PATH.";
    }

    public string Program { get; }
}
