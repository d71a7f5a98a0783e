using System.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Tests.Scripting;

/// <summary>Scripts as people write them mean here what they mean in node: as expressions in place, and in a worker.</summary>
public sealed class ConformanceTests
{
    private static readonly string[] Cases = Scripts.Resource("cases.js").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    private static readonly string[] Expected = [.. ((ListValue)PlainJson.Parse(Scripts.Resource("expected.json"))).Items.Select(item => item.AsString()!)];

    [Fact]
    public void Cases_EvaluatedInPlace_AreWhatNodeGives()
    {
        var wrong = new List<string>();
        var pure = 0;
        for (var i = 0; i < Cases.Length; i++)
        {
            var script = Script.Parse(Cases[i]);
            if (!script.IsValid) wrong.Add($"{Cases[i]}\n   does not parse: {script.Diagnostics[0].Message}");
            if (!script.IsPure) continue;
            pure++;
            Compare(wrong, i, () => script.Evaluate(Scripts.Context));
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(pure >= 100, $"only {pure} of {Cases.Length} are evaluated in place");
    }

    [Fact]
    public async Task Cases_RunInAWorker_AreWhatNodeGives()
    {
        await using var workers = Scripts.Workers();
        var wrong = new List<string>();
        for (var i = 0; i < Cases.Length; i++)
        {
            Value? value = null;
            FailureException? trouble = null;
            try
            {
                value = (await workers.RunAsync(Cases[i])).Value;
            }
            catch (FailureException failed)
            {
                trouble = failed;
            }

            Compare(wrong, i, () => value ?? throw trouble!);
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(Cases.Length >= 150);
    }

    [Fact]
    public async Task Expectations_WhereNodeIsInstalled_AreNodes()
    {
        const string node = "/usr/bin/node";
        if (!File.Exists(node)) return; // the expectations in expected.json were written by it
        var folder = Directory.CreateTempSubdirectory("orc-oracle-").FullName;
        try
        {
            var given = ((MapValue)PlainJson.Parse(Scripts.Resource("context.json"))).With("scripts", Value.List(Cases.Select(one => Value.Of(one))));
            await File.WriteAllTextAsync(Path.Combine(folder, "given.json"), PlainJson.Serialize(given));
            await File.WriteAllTextAsync(Path.Combine(folder, "oracle.js"), Scripts.Resource("oracle.js"));
            using var process = Process.Start(new ProcessStartInfo(node, [Path.Combine(folder, "oracle.js"), Path.Combine(folder, "given.json")]) { RedirectStandardOutput = true })!;
            var answers = (ListValue)PlainJson.Parse(await process.StandardOutput.ReadToEndAsync());
            Assert.Equal(Expected, answers.Items.Select(item => item.AsString()!));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(List<string> wrong, int i, Func<Value> run)
    {
        string got;
        try
        {
            got = PlainJson.Serialize(run());
        }
        catch (FailureException failed)
        {
            got = failed.Failure.ToString();
        }

        if (Expected[i].StartsWith('!'))
        {
            if (!got.Contains(Expected[i][1..], StringComparison.Ordinal)) wrong.Add($"{Cases[i]}\n   node throws {Expected[i]}, here {got}");
            return;
        }

        if (PlainJson.TryParse(got) is not { } value || !value.Equals(PlainJson.Parse(Expected[i]))) wrong.Add($"{Cases[i]}\n   node {Expected[i]}, here {got}");
    }
}
