using Xunit;

namespace Orchestrator.Testing.Lab;

/// <summary>A test on real components: it is skipped, with the reason, where it lacks root or one of the programs it names.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabFactAttribute : FactAttribute
{
    /// <param name="programs">What must be on the PATH, for example <c>nft</c>.</param>
    public LabFactAttribute(params string[] programs) => Skip = Missing(programs);

    /// <summary>Why a test on these programs cannot run here; null when it can.</summary>
    public static string? Missing(params IReadOnlyList<string> programs)
    {
        if (!Environment.IsPrivilegedProcess) return "needs root";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        var missing = programs.Where(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToArray();
        return missing.Length == 0 ? null : $"needs {string.Join(", ", missing)}";
    }
}
