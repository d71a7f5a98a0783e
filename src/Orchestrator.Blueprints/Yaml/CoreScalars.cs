using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Yaml;

/// <summary>Plain scalars in the core schema of YAML 1.2 (section 10.3.2): <c>yes</c> and <c>on</c> are text, <c>0o17</c> is octal, <c>017</c> is seventeen.</summary>
internal static partial class CoreScalars
{
    public static Value Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": return Value.Null;
            case "true" or "True" or "TRUE": return Value.Of(true);
            case "false" or "False" or "FALSE": return Value.Of(false);
        }

        if (!char.IsAsciiDigit(text[^1]) && !char.IsAsciiHexDigit(text[^1]) && text[^1] != '.') return Value.Of(text);
        if (Decimal().IsMatch(text)) return Value.Of(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
        if (Octal().IsMatch(text)) return Value.Of(text[2..].Aggregate(0.0, (number, digit) => number * 8 + (digit - '0')));
        if (Hexadecimal().IsMatch(text)) return Value.Of(text[2..].Aggregate(0.0, (number, digit) => number * 16 + Convert.ToInt32(digit.ToString(), 16)));
        return Value.Of(text);
    }

    // Infinity and not-a-number stay text: no place in a blueprint takes them, and JSON cannot hold them.
    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0o[0-7]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();
}
