using System.Text.Json;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Parser;
using Jint.Parser.Ast;
using Jint.Runtime;
using Jint.Runtime.Interop;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Scripts.Evaluating;
using Orchestrator.Model.Scripts.Lowering;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Scripting;

/// <summary>An engine for one script: nothing of a script is there for the next.</summary>
internal sealed class ScriptEngine
{
    private const int DeepestCalls = 2000;

    private static readonly Lazy<Program> Prelude = new(() => new JavaScriptParser().Parse(ReadPrelude()));
    private static readonly string[] Shared =
        ["newGuid", "newGuidString", "newShortGuid", "parseGuid", "bytesToString", "stringToBytes", "bytesFromString", "bytesToBase64", "bytesFromBase64", "stringToBase64", "stringFromBase64"];

    private readonly ScriptRequest _request;
    private readonly Engine _engine;
    private readonly ScriptValues _values;

    private ScriptEngine(ScriptRequest request)
    {
        _request = request;
        _engine = new Engine(options => options.LimitRecursion(DeepestCalls).TimeoutInterval(request.Deadline).LocalTimeZone(TimeZoneInfo.Utc).Culture(System.Globalization.CultureInfo.InvariantCulture));
        _values = new ScriptValues(_engine);
    }

    /// <summary>Runs a script. Fails with the codes that <see cref="RunScript"/> names.</summary>
    public static JsonElement Run(ScriptRequest request)
    {
        var lowered = Script.Parse(request.Source).Lowered ?? throw new InvalidOperationException("the host sends scripts that it has read");
        return new ScriptEngine(request).Run(lowered);
    }

    private JsonElement Run(LoweredScript lowered)
    {
        try
        {
            var runtime = Prepare();
            var value = _engine.Execute(new JavaScriptParser().Parse($"(function ($) {{{lowered.Code}\n}})")).GetCompletionValue().Invoke(runtime);
            // Before it is written as JSON: a text of that length takes several times its size on the way, and would look like a lack of memory.
            if (value.IsString() && value.AsString().Length > Frames.Longest) throw TooLarge();
            var json = runtime.AsObject().Get("finish").Invoke(value);
            if (!json.IsString()) throw ScriptFailures.Result("the script gave a function, which is no data");
            if (json.AsString().Length > Frames.Longest) throw TooLarge();
            using var document = JsonDocument.Parse(json.AsString(), new JsonDocumentOptions { MaxDepth = 1000 });
            return document.RootElement.Clone();
        }
        catch (JavaScriptException thrown)
        {
            var (line, column) = lowered.Source(thrown.LineNumber);
            throw ScriptFailures.Threw(line, column, Describe(thrown.Error));
        }
        catch (RecursionDepthOverflowException)
        {
            throw ScriptFailures.Threw(0, 0, "RangeError: Maximum call stack size exceeded");
        }
        catch (TimeoutException)
        {
            throw ScriptFailures.Timeout(_request.Deadline);
        }
        catch (ParserException wrong)
        {
            var (line, column) = lowered.Source(wrong.LineNumber);
            throw ScriptFailures.Syntax(line, column, wrong.Description);
        }
        catch (JsonException)
        {
            throw ScriptFailures.Result("what the script gave is nested too deeply to be data");
        }
    }

    /// <summary>What a script gave does not fit into an answer.</summary>
    public static FailureException TooLarge() => ScriptFailures.Result($"what the script gave is larger than {Frames.Longest / 1024 / 1024} MB");

    private JsValue Prepare()
    {
        var context = _request.Context;
        var host = _engine.Object.Construct([]);
        host.FastAddProperty("now", new JsValue((double)context.Now.ToUnixTimeMilliseconds()), false, false, false);
        host.FastAddProperty("seed", new JsValue((double)(context.Seed & 0xffffffff)), false, false, false);
        host.FastAddProperty("fixed", new JsValue(new ClrFunctionInstance(_engine, (_, given) => Guarded(() => new JsValue(NumberMethods.Fixed(TypeConverter.ToNumber(given[0]), TypeConverter.ToInteger(given[1])))))), false, false, false);
        host.FastAddProperty("bits", new JsValue(new ClrFunctionInstance(_engine, (_, given) =>
            _values.ToJs(Operations.Find(given[0].AsString())!(Value.Of(TypeConverter.ToNumber(given[1])), Value.Of(TypeConverter.ToNumber(given[2]))), "bits"))), false, false, false);
        _engine.SetValue("$host", new JsValue(host));
        var frame = new Frame(context, 0);
        foreach (var name in Shared)
        {
            var function = GlobalFunctions.Find(name)!;
            _engine.SetValue(name, new JsValue(new ClrFunctionInstance(_engine, (_, given) => Guarded(() => _values.ToJs(function(frame, [.. given.Select(ScriptValues.FromJs)]), name)))));
        }

        var answers = new List<(string, Value)> { ("getWorkflowInstanceId", Value.Of(context.RunId)), ("getWorkflowDefinitionId", Value.Of(context.DefinitionId)),
            ("getWorkflowDefinitionVersionId", Value.Of(context.DefinitionVersionId)), ("getWorkflowDefinitionVersion", Value.Of(context.Version)) };
        foreach (var (name, answer) in answers) _engine.SetValue(name, new JsValue(new ClrFunctionInstance(_engine, (_, _) => _values.ToJs(answer, name))));
        var runtime = _engine.Execute(Prelude.Value).GetCompletionValue();
        runtime.AsObject().Get("start").Invoke(_values.Context(context), _values.ToJs(ScriptAccessors.Of(context), "names"));
        return runtime;
    }

    // What a function of ours throws is an error of the script's.
    private JsValue Guarded(Func<JsValue> call)
    {
        try
        {
            return call();
        }
        catch (ScriptThrowException thrown)
        {
            throw new JavaScriptException(_engine.Error, thrown.Message);
        }
    }

    private static string Describe(JsValue error)
    {
        if (!error.IsObject()) return error.IsString() ? error.AsString() : $"the value {error}";
        var (name, message) = (error.AsObject().Get("name"), error.AsObject().Get("message"));
        if (!message.IsString()) return "an object";
        return message.AsString().Contains(": ", StringComparison.Ordinal) && message.AsString().Contains("Error: ", StringComparison.Ordinal) ? message.AsString()
            : $"{(name.IsString() ? name.AsString() : "Error")}: {message.AsString()}";
    }

    private static string ReadPrelude()
    {
        using var stream = typeof(ScriptEngine).Assembly.GetManifestResourceStream("prelude.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
