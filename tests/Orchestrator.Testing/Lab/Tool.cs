using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Testing.Lab;

/// <summary>Programs that fixtures use to build and take down their surroundings.</summary>
public static class Tool
{
    private static int _count;

    /// <summary>A name that no other fixture on this machine has: at most nine characters, fit for interfaces and namespaces with up to six more.</summary>
    public static string UniqueName() =>
        string.Create(CultureInfo.InvariantCulture, $"o{Environment.ProcessId % 100_000}x{Interlocked.Increment(ref _count) % 100}");

    /// <summary>Runs a program and returns its output; throws with its error output when it fails.</summary>
    public static async Task<string> RunAsync(params IReadOnlyList<string> arguments)
    {
        var (code, output, error) = await TryAsync(arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', arguments)}: exit code {code}: {error}{output}");
    }

    /// <summary>Runs a program whatever it returns.</summary>
    public static async Task<(int Code, string Output, string Error)> TryAsync(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(arguments[0], arguments.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
