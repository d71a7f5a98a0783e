namespace Orchestrator.Model.Diagnostics;

/// <summary>Finds what somebody meant to write.</summary>
public static class Spelling
{
    /// <summary>
    /// The candidate nearest to a word, or null when none is near: at most a third of its letters differ (a swap of neighbours counts one), or only case and
    /// separators do. Ties go to the first.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        var least = Math.Max(1, word.Length / 3) + 1;
        var folded = Fold(word);
        foreach (var candidate in candidates)
        {
            if (candidate == word) continue;
            var distance = Fold(candidate) == folded ? 0 : Distance(word, candidate, least);
            if (distance >= least) continue;
            (best, least) = (candidate, distance);
        }

        return best;
    }

    /// <summary><c> Did you mean `x`?</c> with a leading space, or nothing: to end a message with.</summary>
    public static string DidYouMean(string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } nearest ? $" Did you mean `{nearest}`?" : "";

    private static string Fold(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    // Optimal string alignment.
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit) return limit;
        var (before, previous, current) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = Math.Min(current[j], before[j - 2] + 1);
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[b.Length];
    }
}
