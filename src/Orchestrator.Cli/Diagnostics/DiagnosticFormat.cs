namespace Orchestrator.Cli.Diagnostics;

/// <summary>How diagnostics are printed.</summary>
internal enum DiagnosticFormat
{
    /// <summary>For people: the source line, underlined.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,

    /// <summary>SARIF 2.1.0, for code review tools.</summary>
    Sarif,
}
