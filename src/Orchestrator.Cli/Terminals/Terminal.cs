using System.CommandLine;
using System.Runtime.InteropServices;

namespace Orchestrator.Cli.Terminals;

/// <summary>
/// Everything a verb touches outside the store: streams, size, clock, environment, interruption. Tests make their own. It travels as the invocation's configuration.
/// </summary>
internal sealed class Terminal : InvocationConfiguration
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>Standard input.</summary>
    public required TextReader Input { get; init; }

    /// <summary>True when a person watches and the screen can be redrawn.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>True when colours are welcome.</summary>
    public bool Colours { get; set; }

    /// <summary>Columns and rows, asked anew each time: windows are resized.</summary>
    public Func<(int Width, int Height)> Size { get; init; } = () => (120, 40);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Looks up a variable of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Cancelled when the person or the system asks this process to go.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>The terminal a verb was invoked with.</summary>
    public static Terminal Of(ParseResult parsed) => (Terminal)parsed.InvocationConfiguration;

    /// <summary>Prints a line.</summary>
    public void Write(TextLine line) => Output.WriteLine(line.ToString(Colours));

    /// <summary>Prints a plain line.</summary>
    public void Write(string text = "") => Output.WriteLine(text);

    /// <summary>Prints what went wrong, on standard error, and gives <paramref name="exitCode"/> back.</summary>
    public int Refuse(int exitCode, string message, string? help = null)
    {
        Error.WriteLine(new TextLine().Add("error: ", Style.Bad).Add(message).ToString(Colours));
        if (help is not null) Error.WriteLine($"   = {help}");
        return exitCode;
    }

    /// <summary>Waits a tick, or less when the person interrupts: the caller looks at <see cref="Interrupted"/>.</summary>
    public async Task PauseAsync()
    {
        try
        {
            await Task.Delay(Tick, Time, Interrupted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Interrupted says so too.
        }
    }

    /// <summary>Prints what must not be overlooked, from any thread.</summary>
    public void Alarm(string sentence)
    {
        lock (Registrations) Error.WriteLine($"alarm: {Cells.Harmless(sentence)}");
    }

    /// <summary>The terminal of this process. The first interruption cancels <see cref="Interrupted"/>; the second ends the process at once.</summary>
    public static Terminal OfProcess()
    {
        var interrupted = new CancellationTokenSource();
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            // Never disposed: a signal may come at any time until the process ends.
            Registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                if (interrupted.IsCancellationRequested) return; // the default action ends the process
                context.Cancel = true;
                interrupted.Cancel();
            }));
        }

        var interactive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } term && term != "dumb";
        return new Terminal
        {
            Output = Console.Out,
            Error = Console.Error,
            Input = Console.In,
            IsInteractive = interactive,
            Colours = interactive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Size = () => Console.IsOutputRedirected ? (120, 40) : (Math.Max(20, Console.WindowWidth), Math.Max(5, Console.WindowHeight)),
            Interrupted = interrupted.Token,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
    }

}
