using System.Globalization;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Reads cron expressions of five fields, only to say what is wrong with them.</summary>
internal static class CronExpression
{
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private static readonly (string Name, int Least, int Most, string[] Words)[] Fields =
        [("minute", 0, 59, []), ("hour", 0, 23, []), ("day of month", 1, 31, []), ("month", 1, 12, Months), ("day of week", 0, 7, Days)];

    /// <summary>The first mistake and where it is in the text, or null.</summary>
    public static (int Start, int Length, string Problem)? Mistake(string text)
    {
        var parts = new List<(int Start, string Text)>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ') continue;
            var start = i;
            while (i < text.Length && text[i] != ' ') i++;
            parts.Add((start, text[start..i]));
        }

        if (parts.Count != Fields.Length) return (0, text.Length, $"A cron expression has five fields, not {parts.Count}.");
        for (var i = 0; i < parts.Count; i++)
            foreach (var item in parts[i].Text.Split(','))
                if (Item(item, Fields[i]) is { } problem) return (parts[i].Start, parts[i].Text.Length, problem);
        return null;
    }

    private static string? Item(string item, (string Name, int Least, int Most, string[] Words) field)
    {
        var step = item.Split('/');
        if (step.Length > 2 || (step.Length == 2 && !(int.TryParse(step[1], NumberStyles.None, CultureInfo.InvariantCulture, out var every) && every > 0)))
            return $"`{item}` is no {field.Name}: behind `/` stands a number of at least 1.";
        if (step[0] == "*") return null;
        var range = step[0].Split('-');
        var numbers = range.Select(text => Number(text, field)).ToArray();
        if (range.Length > 2 || numbers.Any(number => number is null || number < field.Least || number > field.Most))
            return $"`{item}` is no {field.Name}: {field.Least} to {field.Most}{(field.Words.Length > 0 ? $" or {field.Words[0]} to {field.Words[^1]}" : "")}.";
        return numbers.Length == 2 && numbers[0] > numbers[1] ? $"`{item}` runs backwards." : null;
    }

    private static int? Number(string text, (string Name, int Least, int Most, string[] Words) field)
    {
        var word = Array.IndexOf(field.Words, text.ToUpperInvariant());
        if (word >= 0) return word + field.Least;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
