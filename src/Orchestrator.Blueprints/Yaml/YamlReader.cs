using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Model.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Blueprints.Yaml;

/// <summary>
/// Reads YAML text into nodes with exact spans. Refuses what makes a YAML file mean something else than it seems to: duplicate keys, anchors,
/// aliases, merge keys, tags, directives, more than one document.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 64;
    private readonly SourceText _source;
    private readonly ICollection<Diagnostic> _diagnostics;
    private readonly List<SourceSpan> _blanked;
    private readonly Parser _parser;
    private int _openFlow = -1;
    private int _reached;
    private Scalar? _longQuote;

    private YamlReader(SourceText source, ICollection<Diagnostic> diagnostics, List<SourceSpan> blanked)
    {
        (_source, _diagnostics, _blanked) = (source, diagnostics, blanked);
        _parser = new Parser(new StringReader(source.Text));
    }

    /// <summary>
    /// The root node; null when the text is empty or no YAML (then an error was reported). Expressions that YAML cannot read for want of quotes are
    /// reported, blanked out and listed in <paramref name="blanked"/>, and the rest is still read.
    /// </summary>
    public static YamlNode? Read(SourceText source, ICollection<Diagnostic> diagnostics, List<SourceSpan> blanked)
    {
        for (var attempt = 0; ; attempt++)
        {
            var found = new List<Diagnostic>();
            var reader = new YamlReader(source, found, blanked);
            try
            {
                var root = reader.ReadStream();
                foreach (var diagnostic in found) diagnostics.Add(diagnostic);
                return root;
            }
            catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException or FormatException)
            {
                var at = reader.Place(e);
                if (attempt < 20 && UnquotedExpression.Find(source, source.Text, at) is { } expression)
                {
                    diagnostics.Add(expression.Diagnostic);
                    blanked.Add(expression.Span);
                    source = source.Blank(expression.Span);
                    continue;
                }

                foreach (var diagnostic in found) diagnostics.Add(diagnostic);
                diagnostics.Add(YamlMistake.Explain(source, at, reader.QuoteBefore(at), e is YamlException ? e.Message : "a bracket or quote is not closed"));
                return null;
            }
        }
    }

    // A quote that is not closed goes on to the next quote of the text, and the mistake shows only there: on the line where it then seems to end.
    private int QuoteBefore(SourceSpan at)
    {
        if (_longQuote is not { } quote) return _reached;
        var end = (int)quote.End.Index;
        var rest = _source.Text[end..Math.Max(end, _source.LineEnd(_source.LineAt(end)))].TrimStart();
        // Behind a quote that was meant to end here stands nothing, or a sign of YAML's own.
        var runaway = _source.LineAt(end) >= at.Line || (rest.Length > 0 && !"#,]}:".Contains(rest[0], StringComparison.Ordinal));
        return runaway ? (int)quote.Start.Index : _reached;
    }

    // YamlDotNet throws InvalidOperationException, without a place, on texts that it scans into a corner.
    private SourceSpan Place(Exception e)
    {
        var (start, end) = e is YamlException yaml ? ((int)yaml.Start.Index, (int)yaml.End.Index) : (_reached, _reached);
        if (_openFlow >= 0 && (e is not YamlException || _source.LineAt(start) != _source.LineAt(_openFlow))) start = Math.Min(start, _openFlow);
        if (e is not YamlException) end = Math.Min(_source.Text.Length, _source.LineEnd(Math.Min(_source.LineCount, _source.LineAt(_reached) + 1)));
        return _source.Between(start, Math.Max(end, start + 1));
    }

    private YamlNode? ReadStream()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _)) return null;
        var document = _parser.Consume<DocumentStart>();
        if (document.Version is not null || document.Tags is { } tags && tags.Any(tag => tag.Prefix is not "!" and not "tag:yaml.org,2002:"))
            _diagnostics.Add(SyntaxDiagnostics.YamlFeature(SpanOf(document), "a directive"));
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second)) _diagnostics.Add(SyntaxDiagnostics.YamlFeature(SpanOf(second), "a second document"));
        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            _diagnostics.Add(SyntaxDiagnostics.YamlFeature(SpanOf(alias), $"the alias `*{alias.Value}`"));
            return new YamlScalar(_source, SpanOf(alias), "", YamlStyle.Plain, null);
        }

        if (_parser.Current is { } current) _reached = Math.Max(_reached, (int)current.End.Index);
        if (_parser.Current is Scalar { Style: ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted } quoted && quoted.End.Line > quoted.Start.Line) _longQuote = quoted;
        if (_parser.Current is NodeEvent node) RefuseProperties(node);
        if (depth > MaxDepth && !_parser.Accept<Scalar>(out _))
        {
            var span = SpanOf(_parser.Current!);
            _diagnostics.Add(SyntaxDiagnostics.TooDeep(span, MaxDepth));
            _parser.SkipThisAndNestedEvents();
            return new YamlScalar(_source, span, "", YamlStyle.Plain, null);
        }

        if (_parser.TryConsume<MappingStart>(out var mapping)) return ReadMapping(mapping, depth);
        if (_parser.TryConsume<SequenceStart>(out var sequence)) return ReadSequence(sequence, depth);
        return ReadScalar(_parser.Consume<Scalar>());
    }

    private YamlMapping ReadMapping(MappingStart start, int depth)
    {
        var entries = new List<YamlEntry>();
        var seen = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        var last = (int)start.Start.Index;
        var flow = start.Style == MappingStyle.Flow;
        var outermost = flow && _openFlow < 0;
        if (outermost) _openFlow = last;
        MappingEnd end;
        while (!_parser.TryConsume<MappingEnd>(out end!))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            last = Math.Max(last, Math.Max(key.Span.End, value.Span.End));
            if (key is not YamlScalar name)
            {
                var braces = UnquotedExpression.IsBraces(_source, key.Span) ? UnquotedExpression.Braces(_source, key.Span) : null;
                if (braces is not null) _blanked.Add(braces.Span);
                _diagnostics.Add(braces ?? SyntaxDiagnostics.KeyIsNoText(key.Span, key.Describe()));
            }
            else if (name.Text == "<<" && name.Style == YamlStyle.Plain)
            {
                _diagnostics.Add(SyntaxDiagnostics.YamlFeature(name.Span, "the merge key `<<`"));
            }
            else if (!seen.TryAdd(name.Text, name))
            {
                _diagnostics.Add(SyntaxDiagnostics.DuplicateKey(name.Span, name.Text, seen[name.Text].Span));
            }
            else
            {
                entries.Add(new YamlEntry(name, value));
            }
        }

        if (outermost) _openFlow = -1;
        // The parser puts the end of a flow collection before its bracket.
        return new YamlMapping(_source.Between((int)start.Start.Index, flow ? (int)end.End.Index + 1 : last), entries);
    }

    private YamlSequence ReadSequence(SequenceStart start, int depth)
    {
        var items = new List<YamlNode>();
        var flow = start.Style == SequenceStyle.Flow;
        var outermost = flow && _openFlow < 0;
        if (outermost) _openFlow = (int)start.Start.Index;
        SequenceEnd end;
        while (!_parser.TryConsume<SequenceEnd>(out end!)) items.Add(ReadNode(depth + 1));
        if (outermost) _openFlow = -1;
        var last = flow ? (int)end.End.Index + 1
            : items.Count > 0 ? items[^1].Span.End : (int)start.End.Index;
        return new YamlSequence(_source.Between((int)start.Start.Index, last), items);
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        var style = scalar.Style switch
        {
            ScalarStyle.SingleQuoted => YamlStyle.SingleQuoted,
            ScalarStyle.DoubleQuoted => YamlStyle.DoubleQuoted,
            ScalarStyle.Literal => YamlStyle.Literal,
            ScalarStyle.Folded => YamlStyle.Folded,
            _ => YamlStyle.Plain,
        };
        var (start, end) = ((int)scalar.Start.Index, (int)scalar.End.Index);
        // The parser's end of a block scalar lies at the start of the next token, behind blank lines and comments.
        if (style is YamlStyle.Literal or YamlStyle.Folded or YamlStyle.Plain)
            while (end > start && char.IsWhiteSpace(_source.Text[Math.Min(end, _source.Text.Length) - 1])) end--;
        return new YamlScalar(_source, _source.Between(start, end), scalar.Value, style, ScalarOffsets.Find(_source, start, end, scalar.Value, style));
    }

    private void RefuseProperties(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty) _diagnostics.Add(SyntaxDiagnostics.YamlFeature(SpanOf(node), $"the anchor `&{node.Anchor.Value}`"));
        if (!node.Tag.IsEmpty) _diagnostics.Add(SyntaxDiagnostics.YamlFeature(SpanOf(node), $"the tag `{node.Tag.Value}`"));
    }

    private SourceSpan SpanOf(ParsingEvent at) => _source.Between((int)at.Start.Index, Math.Max((int)at.End.Index, (int)at.Start.Index + 1));
}
