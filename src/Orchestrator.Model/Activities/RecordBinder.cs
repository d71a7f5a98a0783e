using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Activities;

/// <summary>
/// Turns values into input records and output records into values. The compiler has checked what it could; what only shows at run time (an expression that gave the
/// wrong thing) fails here as <c>input.invalid</c>, permanent, naming the field.
/// </summary>
internal static class RecordBinder
{
    private static readonly ConcurrentDictionary<Type, (string Name, PropertyInfo Property)[]> Fields = new();

    public static T Bind<T>(MapValue map)
        where T : class => (T)Bind(typeof(T), map, "");

    public static MapValue ToValue(object record) =>
        record as MapValue ?? Value.Map(FieldsOf(record.GetType()).Select(field => (field.Name, ToFieldValue(field.Property.GetValue(record)))));

    public static Value ToFieldValue(object? raw) => raw switch
    {
        null => Value.Null,
        Value value => value,
        Secret secret => new SecretValue(secret),
        string text => Value.Of(text),
        bool flag => Value.Of(flag),
        int number => Value.Of(number),
        long number => Value.Of(number),
        double number => Value.Of(number),
        TimeSpan span => Value.Of(Durations.Format(span)),
        DateTimeOffset instant => Value.Of(instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture)),
        Enum name => Value.Of(JsonNamingPolicy.CamelCase.ConvertName(name.ToString())),
        IDictionary entries => Value.Map(entries.Keys.Cast<string>().Select(key => (key, ToFieldValue(entries[key])))),
        IEnumerable items => Value.List(items.Cast<object?>().Select(ToFieldValue)),
        _ => ToValue(raw),
    };

    private static object Bind(Type type, MapValue map, string path)
    {
        var record = Activator.CreateInstance(type)!;
        foreach (var (name, property) in FieldsOf(type))
        {
            var present = map.TryGetValue(name, out var value) && !value.IsNull;
            if (present) property.SetValue(record, Convert(property.PropertyType, value!, path + name));
            else if (IsRequired(property)) throw Invalid(path + name, "is required");
        }

        if (map.Entries.Keys.FirstOrDefault(key => FieldsOf(type).All(field => field.Name != key)) is { } stray)
            throw Invalid(path + stray, "is not an input of this activity");
        return record;
    }

    private static object? Convert(Type type, Value value, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsInstanceOfType(value)) return value;
        if (type == typeof(Secret))
            return value switch
            {
                SecretValue secret => secret.Secret,
                StringValue text => Secret.FromPlainText(text.Text),
                _ => throw Mismatch(path, "text", value),
            };
        if (type == typeof(string))
            return value switch
            {
                StringValue text => text.Text,
                NumberValue number => number.ToText(),
                BoolValue flag => flag.Flag ? "true" : "false",
                _ => throw Mismatch(path, "text", value),
            };
        if (type == typeof(bool)) return value is BoolValue b ? b.Flag : throw Mismatch(path, "true or false", value);
        if (type == typeof(int))
            return value is NumberValue { IsInteger: true, Number: >= int.MinValue and <= int.MaxValue } i ? (int)i.Number : throw Mismatch(path, "a whole number", value);
        if (type == typeof(long)) return value is NumberValue { IsInteger: true } l ? (long)l.Number : throw Mismatch(path, "a whole number", value);
        if (type == typeof(double)) return value is NumberValue d ? d.Number : throw Mismatch(path, "a number", value);
        if (type == typeof(TimeSpan))
            return value.AsString() is { } span && Durations.TryParse(span, out var duration) ? duration : throw Mismatch(path, "a duration such as 90s", value);
        if (type == typeof(DateTimeOffset))
            return DateTimeOffset.TryParse(value.AsString(), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var instant)
                ? instant : throw Mismatch(path, "an instant such as 2030-01-31T12:00:00Z", value);
        if (type.IsEnum)
            return Enum.TryParse(type, value.AsString(), ignoreCase: true, out var member) && Enum.IsDefined(type, member)
                ? member : throw Mismatch(path, string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)), value);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            if (value is not ListValue list) throw Mismatch(path, "a list", value);
            var element = type.GenericTypeArguments[0];
            var items = Array.CreateInstance(element, list.Items.Count);
            for (var i = 0; i < list.Items.Count; i++) items.SetValue(Convert(element, list.Items[i], $"{path}[{i}]"), i);
            return items;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            if (value is not MapValue map) throw Mismatch(path, "a map", value);
            var element = type.GenericTypeArguments[1];
            var entries = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!;
            foreach (var (key, entry) in map.Entries) entries[key] = Convert(element, entry, $"{path}.{key}");
            return entries;
        }

        return value is MapValue nested ? Bind(type, nested, path + ".") : throw Mismatch(path, "a map", value);
    }

    private static (string Name, PropertyInfo Property)[] FieldsOf(Type type) =>
        Fields.GetOrAdd(type, static key => [.. RecordSchema.Properties(key).Select(property => (RecordSchema.Name(property), property))]);

    private static bool IsRequired(PropertyInfo property) =>
        property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null;

    private static FailureException Mismatch(string path, string expected, Value found) =>
        Invalid(path, $"must be {expected}, not {(found.HasSecret ? "a secret" : Shorten(found.ToString()))}");

    private static FailureException Invalid(string path, string problem) =>
        new("input.invalid", FailureKind.Permanent, $"input `{path}` {problem}");

    private static string Shorten(string text) => text.Length <= 60 ? $"`{text}`" : $"`{text[..60]}…`";
}
