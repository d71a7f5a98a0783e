namespace Orchestrator.Cli.Terminals;

/// <summary>What a piece of text means; how that looks is decided where it is printed.</summary>
internal enum Style
{
    Plain,
    Strong,
    Faint,
    Good,
    Bad,
    Caution,
    Active,
}
