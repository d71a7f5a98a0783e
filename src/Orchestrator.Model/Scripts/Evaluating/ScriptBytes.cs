using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>Bytes are a list of numbers in a script.</summary>
internal static class ScriptBytes
{
    public static byte[] Of(Value value) => Coercion.Known(value) is ListValue list
        ? [.. list.Items.Select(item => (byte)Coercion.ToInt32(item))]
        : throw ScriptThrowException.Type("bytes must be a list of numbers");

    public static ListValue List(byte[] bytes) => Value.List(bytes.Select(one => (Value)Value.Of((double)one)));

    public static byte[] FromBase64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw new ScriptThrowException("Error: this is no base64");
        }
    }
}
