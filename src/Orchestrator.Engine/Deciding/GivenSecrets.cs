using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>What an operator gives for a step is plain text; where the activity takes or gives a secret, or a secret stood before, it is one from here on.</summary>
internal static class GivenSecrets
{
    public static Value Marked(Value given, Schema? schema, Value? before)
    {
        switch (given)
        {
            case NullValue or SecretValue or UnknownValue: return given;
            case MapValue map: return Value.Map(map.Entries.Select(entry => (entry.Key, Marked(entry.Value, schema?.Field(entry.Key)?.Schema ?? schema?.Item, before?.Get(entry.Key)))));
            case ListValue list: return Value.List(list.Items.Select((item, i) => Marked(item, schema?.Item, before is ListValue old && i < old.Items.Count ? old.Items[i] : null)));
            default: return schema?.Secret == true || before is SecretValue ? new SecretValue(Secret.FromPlainText(given.ToString())) : given;
        }
    }
}
