namespace Orchestrator.Blueprints.Yaml;

/// <summary>Finds <c>${{ … }}</c> in text.</summary>
internal static class Templates
{
    /// <summary>Offset of the <c>}}</c> that closes an expression, strings and nested braces skipped; -1 when there is none before <paramref name="end"/>.</summary>
    public static int FindClose(string text, int start, int end)
    {
        var (depth, quote) = (0, '\0');
        var fallback = -1;
        for (var i = start; i < end; i++)
        {
            var c = text[i];
            if (c == '}' && i + 1 < end && text[i + 1] == '}' && fallback < 0) fallback = i;
            if (quote != '\0')
            {
                if (c == '\\') i++;
                else if (c == quote) quote = '\0';
            }
            else if (c is '\'' or '"' or '`')
            {
                quote = c;
            }
            else if (c == '{')
            {
                depth++;
            }
            else if (c == '}')
            {
                if (depth == 0 && i + 1 < end && text[i + 1] == '}') return i;
                depth = Math.Max(0, depth - 1);
            }
        }

        // An unclosed string or brace inside: the expression parser says so better than "no closing }}" would.
        return fallback;
    }

    /// <summary>The pieces of a text: constant ones and expressions, in order. An expression without close is the last piece, with a negative end.</summary>
    public static IEnumerable<TemplatePiece> Split(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var open = text.IndexOf("${{", i, StringComparison.Ordinal);
            if (open < 0)
            {
                yield return new TemplatePiece(i, text.Length, false);
                yield break;
            }

            if (open > i) yield return new TemplatePiece(i, open, false);
            var close = FindClose(text, open + 3, text.Length);
            yield return new TemplatePiece(open + 3, close, true);
            if (close < 0) yield break;
            i = close + 2;
        }
    }
}

/// <summary>A stretch of a text from <paramref name="Start"/> to before <paramref name="End"/>; of an expression without its braces.</summary>
internal readonly record struct TemplatePiece(int Start, int End, bool IsExpression);
