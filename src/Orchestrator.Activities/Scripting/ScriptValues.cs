using Jint;
using Jint.Native;
using Jint.Native.Array;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Scripts.Evaluating;
using Orchestrator.Model.Values;
using Undefined = Orchestrator.Model.Scripts.Evaluating.Undefined;

namespace Orchestrator.Activities.Scripting;

/// <summary>Values as the engine has them, and back.</summary>
internal sealed class ScriptValues(Engine engine)
{
    /// <summary>What the runtime's <c>start</c> takes.</summary>
    public JsValue Context(ScriptContext context)
    {
        var made = engine.Object.Construct([]);
        Put(made, "variables", context.Variables, "variable");
        Put(made, "input", context.Input, "input");
        Put(made, "args", context.Arguments, "argument");
        Put(made, "outputs", context.Outputs, "output");
        Put(made, "last", Value.Map(("result", context.LastResult)), "last");
        Put(made, "correlationId", Value.Of(context.CorrelationId), "");
        Put(made, "name", Value.Of(context.Name), "");
        return new JsValue(made);
    }

    /// <summary>A value as the engine has it. A secret in it is a property that refuses to be read.</summary>
    public JsValue ToJs(Value value, string kind)
    {
        switch (value)
        {
            case BoolValue flag: return new JsValue(flag.Flag);
            case NumberValue number: return new JsValue(number.Number);
            case StringValue text: return new JsValue(text.Text);
            case Undefined: return JsValue.Undefined;
            case ListValue list:
                var items = (ArrayInstance)engine.Array.Construct([]);
                for (var i = 0; i < list.Items.Count; i++) Put(items, i.ToString(System.Globalization.CultureInfo.InvariantCulture), list.Items[i], kind);
                items.Put("length", new JsValue(list.Items.Count), true);
                return new JsValue(items);
            case MapValue map:
                var made = engine.Object.Construct([]);
                foreach (var (name, one) in map.Entries) Put(made, name, one, kind);
                return new JsValue(made);
            default: return JsValue.Null;
        }
    }

    /// <summary>A value that the engine has.</summary>
    public static Value FromJs(JsValue value)
    {
        if (value.IsUndefined()) return Undefined.It;
        if (value.IsNull()) return Value.Null;
        if (value.IsBoolean()) return Value.Of(value.AsBoolean());
        if (value.IsNumber()) return Value.Of(value.AsNumber());
        if (value.IsString()) return Value.Of(value.AsString());
        if (value.IsArray())
        {
            var list = value.AsArray();
            return Value.List(Enumerable.Range(0, (int)list.Get("length").AsNumber()).Select(i => FromJs(list.Get(i.ToString(System.Globalization.CultureInfo.InvariantCulture)))));
        }

        return Value.Of(Jint.Runtime.TypeConverter.ToString(value));
    }

    private void Put(ObjectInstance owner, string name, Value value, string kind)
    {
        if (value is not SecretValue)
        {
            owner.FastAddProperty(name, ToJs(value, kind), true, true, true);
            return;
        }

        var what = kind == "last" ? "the last result" : $"{kind} `{name}`";
        var refuse = new ClrFunctionInstance(engine, (_, _) => throw ScriptFailures.Secret(what));
        owner.FastSetProperty(name, new PropertyDescriptor(new JsValue(refuse), JsValue.Undefined, enumerable: true, configurable: true));
    }
}
