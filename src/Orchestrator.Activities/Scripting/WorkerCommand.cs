using System.Runtime.InteropServices;

namespace Orchestrator.Activities.Scripting;

/// <summary>How a worker is started.</summary>
/// <param name="Executable">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="RuntimeRoot">Where the runtime lies, for a program that does not carry it; null = it does.</param>
public sealed record WorkerCommand(string Executable, IReadOnlyList<string> Arguments, string? RuntimeRoot = null)
{
    /// <summary>The verb of our own binary that is a worker.</summary>
    public const string Verb = "script-worker";

    /// <summary>This very program: as one file, as a built program, or run by <c>dotnet</c>.</summary>
    public static WorkerCommand OfSelf()
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("this process does not know its own program");
        return Path.GetFileNameWithoutExtension(self) == "dotnet" ? new WorkerCommand(self, [Environment.GetCommandLineArgs()[0], Verb]) : Of(self);
    }

    /// <summary>A program at a path.</summary>
    public static WorkerCommand Of(string executable) => new(executable, [Verb], SharedRuntime());

    // <root>/shared/Microsoft.NETCore.App/<version>/ when the runtime is a shared one.
    private static string? SharedRuntime()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Directory.Exists(Path.Combine(root, "host", "fxr")) ? root : null;
    }
}
