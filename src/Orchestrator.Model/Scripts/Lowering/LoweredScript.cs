using System.Globalization;
using System.Text;
using Orchestrator.Model.Scripts.Syntax;

namespace Orchestrator.Model.Scripts.Lowering;

/// <summary>A script as ECMAScript 5, with the places of its statements in the source.</summary>
/// <param name="Code">The body of a function that gets the runtime as <c>$</c>.</param>
/// <param name="Lines">For each line of the code, line and column of the source; 0 = unknown.</param>
public sealed record LoweredScript(string Code, IReadOnlyList<(int Line, int Column)> Lines)
{
    private const char Begin = '\u0001';
    private const char End = '\u0002';

    /// <summary>Where a line of the code (1-based) comes from; 0:0 when that is not known.</summary>
    public (int Line, int Column) Source(int line) => line >= 1 && line <= Lines.Count ? Lines[line - 1] : (0, 0);

    // A mark stands at the start of the line that it speaks of; nothing else in the code holds these characters.
    internal static string Mark(Place at) => string.Create(CultureInfo.InvariantCulture, $"\n{Begin}{at.Line}:{at.Column}{End}");

    internal static LoweredScript Of(string marked)
    {
        var (code, lines) = (new StringBuilder(marked.Length), new List<(int, int)>());
        foreach (var line in marked.Split('\n'))
        {
            if (line.StartsWith(Begin))
            {
                var end = line.IndexOf(End, StringComparison.Ordinal);
                var at = line[1..end].Split(':');
                lines.Add((int.Parse(at[0], CultureInfo.InvariantCulture), int.Parse(at[1], CultureInfo.InvariantCulture)));
                code.Append(line, end + 1, line.Length - end - 1);
            }
            else
            {
                lines.Add(lines.Count > 0 ? lines[^1] : (0, 0));
                code.Append(line);
            }

            code.Append('\n');
        }

        return new LoweredScript(code.ToString(), lines);
    }
}
