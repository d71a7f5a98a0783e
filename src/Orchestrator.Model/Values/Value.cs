using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Orchestrator.Model.Values;

/// <summary>
/// A value of the blueprint language: what inputs, outputs and expressions hold. Immutable, compared by content.
/// The family is closed: null, bool, number, string, list, map, secret and unknown.
/// </summary>
public abstract class Value : IEquatable<Value>
{
    private protected Value()
    {
    }

    /// <summary>The one null.</summary>
    public static Value Null { get; } = new NullValue();

    /// <summary>The empty map.</summary>
    public static MapValue EmptyMap { get; } = new([]);

    /// <summary>The empty list.</summary>
    public static ListValue EmptyList { get; } = new([]);

    /// <summary>Which member of the family this is.</summary>
    public abstract ValueKind Kind { get; }

    /// <summary>True for the null value.</summary>
    public bool IsNull => Kind == ValueKind.Null;

    /// <summary>True when this value is a secret or contains one at any depth.</summary>
    public virtual bool HasSecret => false;

    /// <summary>True when this value is unknown (only while planning) or contains an unknown at any depth.</summary>
    public virtual bool HasUnknown => false;

    /// <summary>
    /// Roughly how much it holds: the characters of its texts and keys, and eight for anything else. Known without looking into it, so that limits cost nothing.
    /// </summary>
    internal virtual int Weight => 8;

    /// <summary>A string value; null becomes <see cref="Null"/>.</summary>
    public static Value Of(string? text) => text is null ? Null : new StringValue(text);

    /// <summary>A boolean value.</summary>
    public static Value Of(bool flag) => flag ? BoolValue.True : BoolValue.False;

    /// <summary>A number. Numbers are IEEE doubles, as in JavaScript; integers are exact up to 2^53.</summary>
    public static Value Of(double number) => new NumberValue(number);

    /// <summary>A list of the given items, in order.</summary>
    public static ListValue List(params IEnumerable<Value> items) => new([.. items]);

    /// <summary>A map of the given entries, in order. A later entry with the same key replaces the earlier one.</summary>
    public static MapValue Map(params IEnumerable<(string Key, Value Value)> entries) =>
        new(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)));

    /// <summary>The text of a string value, or null for every other kind.</summary>
    public string? AsString() => this is StringValue text ? text.Text : null;

    /// <summary>The entry of a map by key, or null when this is no map or has no such key.</summary>
    public Value? Get(string key) => this is MapValue map && map.TryGetValue(key, out var value) ? value : null;

    /// <inheritdoc/>
    public abstract bool Equals(Value? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Value);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>Compact JSON for people: secrets print as <c>***</c>, unknown values as their reason.</summary>
    public override string ToString() => ValueJson.Display(this);
}

/// <summary>The members of the <see cref="Value"/> family.</summary>
public enum ValueKind
{
    /// <summary>No value.</summary>
    Null,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>An IEEE double.</summary>
    Number,

    /// <summary>UTF-16 text.</summary>
    String,

    /// <summary>An ordered list.</summary>
    List,

    /// <summary>An ordered map with string keys.</summary>
    Map,

    /// <summary>A secret: see <see cref="SecretValue"/>.</summary>
    Secret,

    /// <summary>A value that is not known before a step has run: see <see cref="UnknownValue"/>.</summary>
    Unknown,
}

/// <summary>The null value.</summary>
public sealed class NullValue : Value
{
    internal NullValue()
    {
    }

    /// <inheritdoc/>
    public override ValueKind Kind => ValueKind.Null;

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is NullValue;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}

/// <summary>A boolean.</summary>
public sealed class BoolValue : Value
{
    internal static readonly BoolValue True = new(true);
    internal static readonly BoolValue False = new(false);

    private BoolValue(bool flag) => Flag = flag;

    /// <summary>The boolean itself.</summary>
    public bool Flag { get; }

    /// <inheritdoc/>
    public override ValueKind Kind => ValueKind.Bool;

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is BoolValue flag && flag.Flag == Flag;

    /// <inheritdoc/>
    public override int GetHashCode() => Flag ? 1 : 2;
}

/// <summary>A number: an IEEE double, printed without a fraction when it has none.</summary>
public sealed class NumberValue(double number) : Value
{
    /// <summary>The number itself.</summary>
    public double Number { get; } = number;

    /// <summary>True when the number is a whole one that a 64-bit integer holds.</summary>
    public bool IsInteger => Math.Floor(Number) == Number && Math.Abs(Number) <= 9.007199254740992e15;

    /// <inheritdoc/>
    public override ValueKind Kind => ValueKind.Number;

    /// <summary>The number as people and JSON write it, in the invariant culture.</summary>
    public string ToText() =>
        IsInteger ? ((long)Number).ToString(CultureInfo.InvariantCulture) : Number.ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is NumberValue number && number.Number.Equals(Number);

    /// <inheritdoc/>
    public override int GetHashCode() => Number.GetHashCode();
}

/// <summary>A string.</summary>
public sealed class StringValue(string text) : Value
{
    /// <summary>The text, never null.</summary>
    public string Text { get; } = text;

    internal override int Weight => Text.Length;

    /// <inheritdoc/>
    public override ValueKind Kind => ValueKind.String;

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is StringValue text && text.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}

/// <summary>An ordered list.</summary>
public sealed class ListValue : Value
{
    private readonly bool _hasSecret;
    private readonly bool _hasUnknown;
    private readonly int _weight;

    internal ListValue(Value[] items)
    {
        Items = items;
        var weight = 8L;
        foreach (var item in items)
        {
            _hasSecret |= item.HasSecret;
            _hasUnknown |= item.HasUnknown;
            weight += item.Weight + 1;
        }

        _weight = (int)Math.Min(weight, int.MaxValue);
    }

    /// <summary>The items, in order; may be empty.</summary>
    public IReadOnlyList<Value> Items { get; }

    /// <inheritdoc/>
    public override ValueKind Kind => ValueKind.List;

    /// <inheritdoc/>
    public override bool HasSecret => _hasSecret;

    /// <inheritdoc/>
    public override bool HasUnknown => _hasUnknown;

    internal override int Weight => _weight;

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is ListValue list && list.Items.SequenceEqual(Items);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(17, HashCode.Combine);
}

/// <summary>A map with string keys that keeps the order in which its keys were written. Equality ignores the order.</summary>
public sealed class MapValue : Value
{
    private readonly OrderedDictionary<string, Value> _entries;
    private readonly bool _hasSecret;
    private readonly bool _hasUnknown;
    private readonly int _weight;

    internal MapValue(IEnumerable<KeyValuePair<string, Value>> entries)
    {
        _entries = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (key, value) in entries) _entries[key] = value;
        var weight = 8L;
        foreach (var (key, value) in _entries)
        {
            _hasSecret |= value.HasSecret;
            _hasUnknown |= value.HasUnknown;
            weight += key.Length + value.Weight + 1;
        }

        _weight = (int)Math.Min(weight, int.MaxValue);
    }

    /// <summary>The entries in order; may be empty.</summary>
    public IReadOnlyDictionary<string, Value> Entries => _entries;

    /// <inheritdoc/>
    public override ValueKind Kind => ValueKind.Map;

    /// <inheritdoc/>
    public override bool HasSecret => _hasSecret;

    /// <inheritdoc/>
    public override bool HasUnknown => _hasUnknown;

    internal override int Weight => _weight;

    /// <summary>Finds an entry by key.</summary>
    public bool TryGetValue(string key, [NotNullWhen(true)] out Value? value) => _entries.TryGetValue(key, out value);

    /// <summary>This map with one entry added or replaced.</summary>
    public MapValue With(string key, Value value) => new(_entries.Append(KeyValuePair.Create(key, value)));

    /// <inheritdoc/>
    public override bool Equals(Value? other) =>
        other is MapValue map && map._entries.Count == _entries.Count
        && _entries.All(entry => map._entries.TryGetValue(entry.Key, out var value) && value.Equals(entry.Value));

    /// <inheritdoc/>
    public override int GetHashCode() =>
        _entries.Aggregate(19, (hash, entry) => hash ^ HashCode.Combine(entry.Key, entry.Value));
}

/// <summary>
/// A secret as a value. The journal, logs and every API show only <see cref="Secret.Reference"/>; the plain text exists in
/// memory, between the resolver and the activity that accepts it.
/// </summary>
public sealed class SecretValue(Secret secret) : Value
{
    /// <summary>The secret.</summary>
    public Secret Secret { get; } = secret;

    /// <inheritdoc/>
    public override ValueKind Kind => ValueKind.Secret;

    /// <inheritdoc/>
    public override bool HasSecret => true;

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is SecretValue secret && secret.Secret.Reference == Secret.Reference;

    /// <inheritdoc/>
    public override int GetHashCode() => Secret.Reference.GetHashCode(StringComparison.Ordinal);
}

/// <summary>
/// A value that cannot be known yet. Exists only while planning: every expression that depends on it is unknown too, so a
/// plan never guesses.
/// </summary>
public sealed class UnknownValue(string after) : Value
{
    /// <summary>The step after which the value is known, for example <c>deployKey</c>.</summary>
    public string After { get; } = after;

    /// <inheritdoc/>
    public override ValueKind Kind => ValueKind.Unknown;

    /// <inheritdoc/>
    public override bool HasUnknown => true;

    /// <inheritdoc/>
    public override bool Equals(Value? other) => other is UnknownValue unknown && unknown.After == After;

    /// <inheritdoc/>
    public override int GetHashCode() => After.GetHashCode(StringComparison.Ordinal);
}
