using System.Globalization;
using System.Text;

namespace Orchestrator.Cli.Terminals;

/// <summary>How text lies in the cells of a terminal.</summary>
internal static class Cells
{
    /// <summary>How many cells a text fills.</summary>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Width(rune);
        return width;
    }

    /// <summary>The longest beginning that fits into so many cells.</summary>
    public static string Start(string text, int cells)
    {
        var (width, length) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            width += Width(rune);
            if (width > cells) break;
            length += rune.Utf16SequenceLength;
        }

        return text[..Math.Min(length, text.Length)];
    }

    /// <summary>The same text with tabs as one blank and every other control or bidirectional character as a dot.</summary>
    public static string Harmless(string text)
    {
        if (!text.Any(IsHarmful)) return text;
        return new StringBuilder(text.Length).AppendJoin("", text.Select(c => c == '\t' ? ' ' : IsHarmful(c) ? '·' : c)).ToString();
    }

    /// <summary>The text without its terminal colour sequences; logs of other programs are full of them.</summary>
    public static string WithoutColours(string text)
    {
        if (!text.Contains('\e', StringComparison.Ordinal)) return text;
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e' && i + 1 < text.Length && text[i + 1] == '[')
            {
                i += 2;
                while (i < text.Length && !char.IsAsciiLetter(text[i])) i++;
            }
            else
            {
                kept.Append(text[i]);
            }
        }

        return kept.ToString();
    }

    private static bool IsHarmful(char c) => char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => rune.Value switch
        {
            >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0xA4CF or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF => 2,
            >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60 or >= 0xFFE0 and <= 0xFFE6 or >= 0x1F300 and <= 0x1FAFF or >= 0x20000 and <= 0x3FFFD => 2,
            _ => 1,
        },
    };
}
