using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Model.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Activities.Blueprints;

/// <summary>Values as YAML that reads back as the same values: text that could be taken for something else is quoted. The same value gives the same text.</summary>
internal static partial class YamlText
{
    private static readonly string[] Words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

    /// <summary>As a document in block style.</summary>
    public static string Document(Value value)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(writer, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, value);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    /// <summary>On one line, texts always quoted. JSON is YAML, except that a line separator must be escaped.</summary>
    public static string Flow(Value value) =>
        PlainJson.Serialize(value).Replace("\u2028", "\\u2028", StringComparison.Ordinal).Replace("\u2029", "\\u2029", StringComparison.Ordinal).Replace("\u0085", "\\u0085", StringComparison.Ordinal);

    private static void Emit(Emitter emitter, Value value)
    {
        switch (value)
        {
            case MapValue map:
                emitter.Emit(new MappingStart(default, default, isImplicit: true, map.Entries.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, entry) in map.Entries)
                {
                    Emit(emitter, Value.Of(key));
                    Emit(emitter, entry);
                }

                emitter.Emit(new MappingEnd());
                break;
            case ListValue list:
                emitter.Emit(new SequenceStart(default, default, isImplicit: true, list.Items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list.Items) Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case StringValue text:
                emitter.Emit(new Scalar(default, default, text.Text, Style(text.Text), isPlainImplicit: true, isQuotedImplicit: true));
                break;
            default:
                emitter.Emit(new Scalar(default, default, PlainJson.Serialize(value), ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: true));
                break;
        }
    }

    private static ScalarStyle Style(string text)
    {
        if (PlainText().IsMatch(text) && !Words.Contains(text, StringComparer.OrdinalIgnoreCase)) return ScalarStyle.Plain;
        return BlockText().IsMatch(text) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted;
    }

    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+-]+)*$")]
    private static partial Regex PlainText();

    // Several lines without leading blanks, trailing blanks or control characters: what a block scalar gives back unchanged.
    [GeneratedRegex(@"^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?(?:\n(?:[^\p{C}]*[^\s\p{C}])?)+\n?$")]
    private static partial Regex BlockText();
}
