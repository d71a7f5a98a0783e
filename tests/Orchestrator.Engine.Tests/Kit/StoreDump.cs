using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Tests.Kit;

/// <summary>Everything in an in-memory store as one text, whatever tables it has.</summary>
internal static class StoreDump
{
    public static string Of(InMemoryStore store)
    {
        var text = new StringBuilder();
        var tables = typeof(InMemoryStore).GetField("_tables", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(store)!;
        Add(text, tables);
        return text.ToString();
    }

    private static void Add(StringBuilder text, object? it)
    {
        switch (it)
        {
            case null: break;
            case string words: text.AppendLine(words); break;
            case byte[] bytes: text.AppendLine(Encoding.UTF8.GetString(bytes)); break;
            case ReadOnlyMemory<byte> bytes: text.AppendLine(Encoding.UTF8.GetString(bytes.Span)); break;
            case ITuple tuple:
                for (var i = 0; i < tuple.Length; i++) Add(text, tuple[i]);
                break;
            case IEnumerable items:
                foreach (var item in items) Add(text, item);
                break;
            case IConvertible or DateTimeOffset or TimeSpan: text.AppendLine(it.ToString()); break;
            default:
                foreach (var property in it.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0)) Add(text, property.GetValue(it));
                break;
        }
    }
}
