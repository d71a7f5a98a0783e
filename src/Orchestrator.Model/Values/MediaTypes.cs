namespace Orchestrator.Model.Values;

/// <summary>What a content type says about bytes.</summary>
public static class MediaTypes
{
    private static readonly string[] Texts = ["json", "xml", "javascript", "x-www-form-urlencoded"];

    /// <summary>True when it is one of text, whatever its parameters.</summary>
    public static bool IsText(string contentType) =>
        contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || Texts.Any(text => contentType.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>True when it is JSON or a kind of it.</summary>
    public static bool IsJson(string contentType) => contentType.Contains("json", StringComparison.OrdinalIgnoreCase);
}
