using Orchestrator.Benchmarks;

// `dotnet run -c Release --project tests/Orchestrator.Benchmarks -- <name|all>`; numbers of one run are comparable with each other, not with another machine's.
switch (args)
{
    case ["acknowledge", var database]:
        await Acknowledge.RunAsync(database);
        return 0;
    case ["cold", var blueprint, _, ..]:
        return await Cold.RunAsync(blueprint, args[2..]);
    case [var name] when Benchmark.Named(name) is { Count: > 0 } chosen:
        foreach (var benchmark in chosen) await benchmark.RunAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync($"usage: <name>, one of: all, {string.Join(", ", Benchmark.All.Select(benchmark => benchmark.Name))}; or cold BLUEPRINT BINARY…");
        return 2;
}
