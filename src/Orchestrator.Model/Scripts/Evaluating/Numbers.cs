using System.Globalization;
using System.Text;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>Numbers as JavaScript writes and reads them.</summary>
internal static class Numbers
{
    /// <summary>The shortest text that reads back as the same number, in JavaScript's form.</summary>
    public static string ToText(double number)
    {
        if (double.IsNaN(number)) return "NaN";
        if (double.IsInfinity(number)) return number > 0 ? "Infinity" : "-Infinity";
        if (number == 0) return "0";
        if (Math.Abs(number) < 1e15 && Math.Floor(number) == number) return ((long)number).ToString(CultureInfo.InvariantCulture);
        var scientific = Math.Abs(number).ToString("E16", CultureInfo.InvariantCulture);
        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var digits = Digits(shortest);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (digits == "1" && scientific[0] == '9') exponent++; // the long form shows 9.99… where the shortest is a power of ten
        return (number < 0 ? "-" : "") + Place(digits, exponent + 1);
    }

    /// <summary>What <c>Number(text)</c> gives.</summary>
    public static double Parse(string text)
    {
        var trimmed = text.AsSpan().Trim(Blanks);
        if (trimmed.Length == 0) return 0;
        if (trimmed.Length > 2 && trimmed[0] == '0' && char.ToLowerInvariant(trimmed[1]) is 'x' or 'o' or 'b') return Radix(trimmed[2..], char.ToLowerInvariant(trimmed[1]) switch { 'x' => 16, 'o' => 8, _ => 2 }, whole: true);
        var unsigned = trimmed[0] is '+' or '-' ? trimmed[1..] : trimmed;
        if (unsigned.SequenceEqual("Infinity")) return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return PrefixLength(trimmed) == trimmed.Length ? double.Parse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture) : double.NaN;
    }

    /// <summary><c>parseFloat</c></summary>
    public static double ParseFloat(string text)
    {
        var trimmed = text.AsSpan().TrimStart(Blanks);
        var unsigned = trimmed.Length > 0 && trimmed[0] is '+' or '-' ? trimmed[1..] : trimmed;
        if (unsigned.StartsWith("Infinity")) return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        var length = PrefixLength(trimmed);
        return length == 0 ? double.NaN : double.Parse(trimmed[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary><c>parseInt</c></summary>
    public static double ParseInt(string text, int radix)
    {
        var rest = text.AsSpan().TrimStart(Blanks);
        var negative = rest.Length > 0 && rest[0] == '-';
        if (rest.Length > 0 && rest[0] is '+' or '-') rest = rest[1..];
        if (radix is 0 or 16 && rest.Length > 1 && rest[0] == '0' && rest[1] is 'x' or 'X' && radix is 0 or 16)
        {
            rest = rest[2..];
            radix = 16;
        }

        if (radix == 0) radix = 10;
        if (radix is < 2 or > 36) return double.NaN;
        var number = Radix(rest, radix, whole: false);
        return negative ? -number : number;
    }

    /// <summary>What the bit operators work on.</summary>
    public static int ToInt32(double number)
    {
        if (!double.IsFinite(number)) return 0;
        var rest = Math.Truncate(number) % 4294967296.0;
        return unchecked((int)(long)rest);
    }

    /// <summary>What <c>trim</c> takes away, in both languages.</summary>
    public static readonly char[] Blanks = [' ', '\t', '\n', '\r', '\v', '\f', '\u00a0', '\u1680', '\u2000', '\u2001', '\u2002', '\u2003', '\u2004', '\u2005', '\u2006', '\u2007', '\u2008', '\u2009',
        '\u200a', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000', '\ufeff'];

    private static string Digits(string shortest)
    {
        var text = new StringBuilder();
        foreach (var c in shortest)
        {
            if (c == 'E') break;
            if (c != '.') text.Append(c);
        }

        return text.ToString().Trim('0');
    }

    // `point` = how many digits stand before the decimal point.
    private static string Place(string digits, int point)
    {
        if (point is > 0 and <= 21)
            return digits.Length <= point ? digits.PadRight(point, '0') : $"{digits[..point]}.{digits[point..]}";
        if (point is > -6 and <= 0) return "0." + new string('0', -point) + digits;
        var exponent = point - 1;
        var sign = exponent < 0 ? "-" : "+";
        return $"{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{sign}{Math.Abs(exponent).ToString(CultureInfo.InvariantCulture)}";
    }

    private static double Radix(ReadOnlySpan<char> text, int radix, bool whole)
    {
        var (number, count) = (0.0, 0);
        foreach (var c in text)
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : 99;
            if (digit >= radix)
            {
                if (whole) return double.NaN;
                break;
            }

            number = (number * radix) + digit;
            count++;
        }

        if (count == 0) return double.NaN;
        return radix == 10 && count > 15 ? double.Parse(text[..count], NumberStyles.None, CultureInfo.InvariantCulture) : number;
    }

    // Length of the decimal number that the text begins with; 0 for none.
    private static int PrefixLength(ReadOnlySpan<char> text)
    {
        var i = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        var digits = 0;
        for (; i < text.Length && char.IsAsciiDigit(text[i]); i++) digits++;
        if (i < text.Length && text[i] == '.' && (digits > 0 || (i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))))
            for (i++; i < text.Length && char.IsAsciiDigit(text[i]); i++) digits++;
        if (digits == 0) return 0;
        if (i >= text.Length || text[i] is not ('e' or 'E')) return i;
        var end = i + 1;
        if (end < text.Length && text[end] is '+' or '-') end++;
        var start = end;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end > start ? end : i;
    }
}
