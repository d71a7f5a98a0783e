using System.Text.Json;
using Orchestrator.Cli.Diagnostics;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Cli.Tests.Diagnostics;

public sealed class DiagnosticSarifTests
{
    private static readonly CheckedFile File = new(
        "my files/boot.yaml", "steps:\n  - id: a\n    usse: x\n",
        [
            new Diagnostic(
                "BP2001", Severity.Error, new SourceSpan(3, 5, 21, 4), "`usse` is no key.", "Did you mean `uses`?",
                [new RelatedSpan(new SourceSpan(2, 5, 11, 5), "in this step")], [new Fix(new SourceSpan(3, 5, 21, 4), "uses", "replace with `uses`")]),
            new Diagnostic("BP4001", Severity.Warning, new SourceSpan(2, 3, 9, 12), "spans lines"),
        ]);

    [Fact]
    public void Write_ErrorWithFix_HasRuleRegionRelatedPlaceAndReplacement()
    {
        var run = Sarif().GetProperty("runs")[0];
        var result = run.GetProperty("results")[0];

        Assert.Equal(["BP2001", "BP4001"], run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()));
        Assert.Equal("error", result.GetProperty("level").GetString());
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("my%20files/boot.yaml", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal((3, 5, 3, 9), Region(place.GetProperty("region")));
        Assert.Equal("in this step", result.GetProperty("relatedLocations")[0].GetProperty("message").GetProperty("text").GetString());
        var replacement = result.GetProperty("fixes")[0].GetProperty("artifactChanges")[0].GetProperty("replacements")[0];
        Assert.Equal("uses", replacement.GetProperty("insertedContent").GetProperty("text").GetString());
    }

    [Fact]
    public void Write_SpanOverTwoLines_EndsOnTheSecond()
    {
        var region = Sarif().GetProperty("runs")[0].GetProperty("results")[1].GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region");

        Assert.Equal((2, 3, 3, 5), Region(region));
    }

    [Fact]
    public void WriteJson_TwoDiagnostics_CountsAndPlacesThem()
    {
        var output = new StringWriter();
        DiagnosticJson.Write(output, [File]);
        var json = JsonDocument.Parse(output.ToString()).RootElement;

        Assert.False(json.GetProperty("valid").GetBoolean());
        Assert.Equal((1, 1), (json.GetProperty("errors").GetInt32(), json.GetProperty("warnings").GetInt32()));
        Assert.Equal(21, json.GetProperty("diagnostics")[0].GetProperty("offset").GetInt32());
        Assert.Equal("uses", json.GetProperty("diagnostics")[0].GetProperty("fixes")[0].GetProperty("replacement").GetString());
    }

    private static JsonElement Sarif()
    {
        var output = new StringWriter();
        DiagnosticSarif.Write(output, [File], "1.2.3", code => $"title of {code}");
        return JsonDocument.Parse(output.ToString()).RootElement;
    }

    private static (int, int, int, int) Region(JsonElement region) => (
        region.GetProperty("startLine").GetInt32(), region.GetProperty("startColumn").GetInt32(),
        region.GetProperty("endLine").GetInt32(), region.GetProperty("endColumn").GetInt32());
}
