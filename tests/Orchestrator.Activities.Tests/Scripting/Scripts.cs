using Orchestrator.Activities.Scripting;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Tests.Scripting;

/// <summary>Workers of the program as it was built beside these tests.</summary>
internal static class Scripts
{
    public static ScriptContext Context { get; } = ReadContext();

    public static ScriptWorkers Workers(TimeProvider? time = null) => new(WorkerCommand.Of(Program()), time ?? TimeProvider.System);

    public static Task<ScriptResult> RunAsync(this ScriptWorkers workers, string source, ScriptContext? context = null, int seconds = 20) =>
        workers.RunAsync(new ScriptCall(source, context ?? Context, TimeSpan.FromSeconds(seconds)), CancellationToken.None);

    public static async Task<Failure> FailAsync(this ScriptWorkers workers, string source, ScriptContext? context = null, int seconds = 20) =>
        (await Assert.ThrowsAsync<FailureException>(() => workers.RunAsync(source, context, seconds))).Failure;

    public static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(Scripts).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static ScriptContext ReadContext()
    {
        var given = PlainJson.Parse(Resource("context.json"));
        return new ScriptContext
        {
            Variables = (MapValue)given.Get("variables")!, Input = (MapValue)given.Get("input")!, Arguments = (MapValue)given.Get("arguments")!, Outputs = (MapValue)given.Get("outputs")!,
            LastResult = given.Get("lastResult")!, RunId = "run1", DefinitionId = "def1", DefinitionVersionId = "def1-3", Version = 3, CorrelationId = "c1", Name = "first",
            Now = DateTimeOffset.UnixEpoch.AddYears(50), Seed = 7,
        };
    }

    // tests/X/bin/<configuration>/net10.0/ → src/Orchestrator.Cli/bin/<configuration>/net10.0/
    private static string Program()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var root = here.Parent!.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, "src", "Orchestrator.Cli", "bin", here.Parent.Name, here.Name, "orchestrator");
    }
}
