using System.Reflection;
using System.Text.Json;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Activities;

/// <summary>Reads the schema of an activity's records by reflection; see <see cref="FieldAttribute"/> for the rules.</summary>
internal static class RecordSchema
{
    public static ActivityDescriptor Describe(Activity activity)
    {
        var type = activity.GetType();
        var attribute = type.GetCustomAttribute<ActivityAttribute>()
            ?? throw new InvalidOperationException($"{type.Name} has no [Activity] attribute");
        var generic = type;
        while (generic is not { IsGenericType: true } || generic.GetGenericTypeDefinition() != typeof(Activity<,>))
            generic = generic!.BaseType!;
        var (input, output) = (generic.GenericTypeArguments[0], generic.GenericTypeArguments[1]);
        return new ActivityDescriptor(
            attribute.Name, attribute.Version, attribute.Effect, attribute.Summary, attribute.Remarks, attribute.Example,
            attribute.Polls, attribute.HasUndo, activity)
        {
            Inputs = new Lazy<Schema>(() => OfRecord(input)),
            Outputs = new Lazy<Schema>(() => OfRecord(output)),
        };
    }

    public static Schema OfRecord(Type type)
    {
        var sample = Activator.CreateInstance(type)!;
        return Schema.Object(Properties(type).Select(property =>
        {
            var field = property.GetCustomAttribute<FieldAttribute>()
                ?? throw new InvalidOperationException($"{type.Name}.{property.Name} has no [Field] attribute");
            var required = property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null;
            var initial = required ? null : property.GetValue(sample);
            return new SchemaField(
                Name(property), OfType(property.PropertyType, field), required, field.Description,
                initial is null ? null : RecordBinder.ToFieldValue(initial));
        }));
    }

    public static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.CanWrite);

    public static string Name(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static Schema OfType(Type type, FieldAttribute field)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Element(type, typeof(IReadOnlyList<>), 0) is { } item)
            return Schema.ListOf(OfScalar(item, field)) with { MinLength = Count(field.MinLength), MaxLength = Count(field.MaxLength) };
        if (Element(type, typeof(IReadOnlyDictionary<,>), 1) is { } entry) return Schema.MapOf(OfScalar(entry, field));
        var schema = OfScalar(type, field);
        return schema.Kind == SchemaKind.String
            ? schema with { MinLength = Count(field.MinLength), MaxLength = Count(field.MaxLength) }
            : schema;
    }

    private static Schema OfScalar(Type type, FieldAttribute field)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return Schema.String with { Format = field.Format, Pattern = field.Pattern };
        if (type == typeof(bool)) return Schema.Bool;
        if (type == typeof(int) || type == typeof(long)) return Schema.Int with { Min = Bound(field.Min), Max = Bound(field.Max) };
        if (type == typeof(double)) return Schema.Number with { Min = Bound(field.Min), Max = Bound(field.Max) };
        if (type == typeof(TimeSpan)) return Schema.Duration with { Min = Bound(field.Min), Max = Bound(field.Max) };
        if (type == typeof(DateTimeOffset)) return Schema.String with { Format = "instant" };
        if (type == typeof(Secret)) return Schema.String with { Secret = true, Format = field.Format };
        if (typeof(Value).IsAssignableFrom(type)) return Schema.Any;
        if (type.IsEnum) return Schema.String with { Enum = [.. Enum.GetNames(type).Select(name => Value.Of(JsonNamingPolicy.CamelCase.ConvertName(name)))] };
        if (type.IsClass) return OfRecord(type);
        throw new InvalidOperationException($"{type} has no schema");
    }

    private static Type? Element(Type type, Type open, int argument) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == open ? type.GenericTypeArguments[argument] : null;

    private static double? Bound(double bound) => double.IsNaN(bound) ? null : bound;

    private static int? Count(int count) => count < 0 ? null : count;
}
