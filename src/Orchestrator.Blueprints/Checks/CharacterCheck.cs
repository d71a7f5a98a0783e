using System.Text;
using System.Text.Unicode;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Checks;

/// <summary>A blueprint is printable UTF-8 text of limited size.</summary>
internal static class CharacterCheck
{
    /// <summary>False when reading on makes no sense.</summary>
    public static bool Run(SourceText source, ICollection<Diagnostic> diagnostics)
    {
        var bytes = Encoding.UTF8.GetByteCount(source.Text);
        if (bytes > BlueprintCompiler.MaxBytes)
        {
            diagnostics.Add(SyntaxDiagnostics.TooLarge(source.Span(0, 0), bytes, BlueprintCompiler.MaxBytes));
            return false;
        }

        for (var i = 0; i < source.Text.Length; i++)
        {
            var c = source.Text[i];
            if (char.IsHighSurrogate(c) && i + 1 < source.Text.Length && char.IsLowSurrogate(source.Text[i + 1])) i++;
            // The unusual line breaks are refused too: editors and YAML disagree about where lines begin.
            else if ((char.IsControl(c) && c is not ('\t' or '\n' or '\r')) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff')
                diagnostics.Add(SyntaxDiagnostics.Character(source.Span(i, 1), $"The character U+{(int)c:X4}"));
        }

        return diagnostics.Count == 0;
    }

    /// <summary>The first place that is no UTF-8, or null.</summary>
    public static Diagnostic? FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8)) return null;
        var valid = 0;
        while (Rune.DecodeFromUtf8(utf8[valid..], out _, out var consumed) == System.Buffers.OperationStatus.Done) valid += consumed;
        var before = Encoding.UTF8.GetString(utf8[..valid]);
        return SyntaxDiagnostics.Character(new SourceText(before + "\ufffd").Span(before.Length, 1), $"The byte 0x{utf8[valid]:X2}");
    }
}
