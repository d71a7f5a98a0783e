using System.Runtime.CompilerServices;

namespace Orchestrator.Model.Tests.Expressions;

/// <summary>Files of cases: <c>left ==> right</c>, one a line; lines that begin with # are comments.</summary>
internal static class CaseFile
{
    public static TheoryData<string, string> Read(string name, [CallerFilePath] string source = "")
    {
        var cases = new TheoryData<string, string>();
        foreach (var line in File.ReadLines(Path.Combine(Path.GetDirectoryName(source)!, "Cases", name)))
        {
            if (line.Length == 0 || line.StartsWith('#')) continue;
            var at = line.LastIndexOf(" ==> ", StringComparison.Ordinal);
            cases.Add(line[..at], line[(at + 5)..]);
        }

        return cases;
    }
}
