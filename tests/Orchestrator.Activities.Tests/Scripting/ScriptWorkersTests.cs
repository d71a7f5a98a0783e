using System.Diagnostics;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Tests.Scripting;

/// <summary>A script can do to its worker what it likes: it fails alone, with the right code, and the next one runs.</summary>
public sealed class ScriptWorkersTests : IAsyncLifetime
{
    private readonly Activities.Scripting.ScriptWorkers _workers = Scripts.Workers();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _workers.DisposeAsync();

    [Theory]
    [InlineData("while (true) {}")]
    [InlineData("/(a+)+$/.test('a'.repeat(40) + 'b')")]
    [InlineData("for (;;) { try { while (true) {} } catch (e) {} finally { } }")]
    public async Task Script_ThatDoesNotEnd_IsKilledAtItsDeadline(string source)
    {
        var since = Stopwatch.GetTimestamp();
        Assert.Equal("script.timeout", (await _workers.FailAsync(source, seconds: 1)).Code);
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30));
        await StillRuns();
    }

    [Theory]
    [InlineData("const a = []; while (true) a.push('x'.repeat(100000) + a.length);")]
    [InlineData("let s = 'x'; while (true) s += s;")]
    public async Task Script_ThatTakesAllMemory_Fails(string source)
    {
        Assert.Equal("script.memory", (await _workers.FailAsync(source, seconds: 60)).Code);
        await StillRuns();
    }

    [Fact]
    public async Task Recursion_WithoutEnd_IsAnErrorOfTheScript()
    {
        var failure = await _workers.FailAsync("function f(n) { return 1 + f(n + 1); } return f(0);");
        Assert.Equal("script.error", failure.Code);
        Assert.Contains("call stack", failure.Message, StringComparison.Ordinal);
        await StillRuns();
    }

    [Fact]
    public async Task Result_TooLarge_Fails()
    {
        Assert.Equal("script.result", (await _workers.FailAsync("return 'x'.repeat(17 * 1024 * 1024);", seconds: 60)).Code);
        await StillRuns();
    }

    [Fact]
    public async Task Result_ThatIsAFunction_Fails() => Assert.Equal("script.result", (await _workers.FailAsync("const f = () => 1; return f;")).Code);

    [Fact]
    public async Task Syntax_Wrong_NamesTheplace()
    {
        var failure = await _workers.FailAsync("const a = 1;\nreturn a +;");
        Assert.Equal("script.syntax", failure.Code);
        Assert.Contains("2:11", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_Thrown_NamesTheStatementOfTheSource()
    {
        var failure = await _workers.FailAsync("const items = [1];\nconst f = x => {\n  throw new RangeError(`bad ${x}`);\n};\nfor (const x of items) f(x);");
        Assert.Equal("script.error", failure.Code);
        Assert.Contains("3:3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("RangeError: bad 1", failure.Message, StringComparison.Ordinal);
        await StillRuns();
    }

    [Fact]
    public async Task Worker_KilledInTheMiddle_FailsItsScriptAndIsReplaced()
    {
        await StillRuns();
        var id = Assert.Single(_workers.IdleProcesses);
        var running = _workers.FailAsync("while (true) {}", seconds: 30);
        using (var worker = Process.GetProcessById(id)) worker.Kill();
        var failure = await running;
        Assert.Equal("script.error", failure.Code);
        Assert.Contains("worker", failure.Message, StringComparison.Ordinal);
        await StillRuns();
        Assert.DoesNotContain(id, _workers.IdleProcesses);
    }

    [Fact]
    public async Task Scripts_AHundredAtOnce_AllRun()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => _workers.RunAsync($"let n = {i}; n = n * 2; return n;", seconds: 60)));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (Value)Value.Of(i * 2)), results.Select(result => result.Value));
        Assert.True(_workers.IdleProcesses.Count() <= 2);
    }

    [Fact]
    public async Task Writes_ComeBack()
    {
        var result = await _workers.RunAsync("""
            setVariable('counter', getCounter() + 1);
            variables.fresh = { a: [1] };
            variables.person.age++;
            setUserName('Bob');
            setOutcomes(['Done', 'Big']);
            setCorrelationId('c2');
            setWorkflowInstanceName('second');
            """);
        Assert.Equal("""{"counter":4,"user name":"Bob","person":{"name":"Ada","age":37,"tags":["admin","dev"],"address":{"city":"London","zip":"W1"}},"fresh":{"a":[1]}}""",
            PlainJson.Serialize(Value.Map(new[] { "counter", "user name", "person", "fresh" }.Select(name => (name, result.VariableWrites.Get(name)!)))));
        Assert.Equal(4, result.VariableWrites.Entries.Count);
        Assert.Equal(["Done", "Big"], result.Outcomes!);
        Assert.Equal(("c2", "second"), (result.CorrelationId, result.Name));
    }

    [Fact]
    public async Task Script_LeavesNothingForTheNext()
    {
        await _workers.RunAsync("leak = 1; Array.prototype.map = null; JSON.parse = 5; return 1;");
        Assert.Equal(Value.Of("undefined|2"), (await _workers.RunAsync("const t = typeof leak; return t + '|' + [1].map(x => x * 2)[0];")).Value);
    }

    [Fact]
    public async Task Secret_Touched_IsRefusedAndElseHarmless()
    {
        var context = Scripts.Context with { Variables = Value.Map(("token", new SecretValue(new Secret("run:1/token", () => "hunter2"))), ("n", Value.Of(1))) };
        Assert.Equal(Value.Of(2), (await _workers.RunAsync("const n = getN(); return n + 1;", context)).Value);
        foreach (var source in new[] { "const t = getVariable('token'); return t;", "let j = JSON.stringify(variables); return j;", "try { variables.token } catch (e) { } return 1;" })
        {
            var failure = await _workers.FailAsync(source, context);
            Assert.Equal("script.secret", failure.Code);
            Assert.Contains("`token`", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ids_WithTheSameSeed_AreTheSameInPlaceAndInAWorker()
    {
        var inPlace = Script.Parse("newGuid() + newShortGuid()").Evaluate(Scripts.Context);
        Assert.Equal(inPlace, (await _workers.RunAsync("let id = newGuid() + newShortGuid(); return id;")).Value);
    }

    [Theory]
    [InlineData("return typeof process + typeof require + typeof System + typeof importNamespace;", "undefinedundefinedundefinedundefined")]
    [InlineData("try { return (() => 1).constructor('return 7')(); } catch (e) { return 'refused'; }", "refused")]
    public async Task World_OutsideTheScript_IsNotThere(string source, string expected) => Assert.Equal(Value.Of(expected), (await _workers.RunAsync(source)).Value);

    private async Task StillRuns() => Assert.Equal(Value.Of(3), (await _workers.RunAsync("let a = 1; a += 2; return a;")).Value);
}
