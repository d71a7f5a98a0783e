using Orchestrator.Cli;
using Orchestrator.Cli.Terminals;

return await CommandLine.InvokeAsync(args, Terminal.OfProcess()).ConfigureAwait(false);
