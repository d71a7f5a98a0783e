using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Hooks;

/// <summary>What an endpoint asks of a request. All of it must be constant and readable: it is known before anything runs, and a limit that cannot be read must not be taken for none.</summary>
/// <param name="Authorize">True when the caller must be an operator.</param>
/// <param name="RequestTimeout">How long the caller waits for the answer; at most five minutes.</param>
/// <param name="RequestSizeLimit">Most bytes of the body; at most 32 MiB.</param>
/// <param name="FileSizeLimit">Most bytes of one file.</param>
/// <param name="AllowedFileExtensions">Endings that a file may have; empty = all.</param>
/// <param name="BlockedFileExtensions">Endings that are refused.</param>
/// <param name="AllowedMimeTypes">Media types of files; empty = all.</param>
/// <param name="Exposed">The outcomes by which the workflow itself goes on instead of a refusal.</param>
internal sealed record EndpointSettings(
    bool Authorize, TimeSpan RequestTimeout, int RequestSizeLimit, long FileSizeLimit, IReadOnlyList<string> AllowedFileExtensions, IReadOnlyList<string> BlockedFileExtensions,
    IReadOnlyList<string> AllowedMimeTypes, IReadOnlyList<string> Exposed)
{
    public const string RequestTooLarge = "Request too large";
    public const string FileTooLarge = "File too large";
    public const string InvalidExtension = "Invalid file extension";
    public const string InvalidType = "Invalid file MIME type";

    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);

    private static readonly (string Property, string Outcome)[] Outcomes =
    [
        ("exposeRequestTooLargeOutcome", RequestTooLarge), ("exposeFileTooLargeOutcome", FileTooLarge), ("exposeInvalidFileExtensionOutcome", InvalidExtension),
        ("exposeInvalidFileMimeTypeOutcome", InvalidType),
    ];

    /// <summary>Reads them; throws <see cref="FormatException"/> with the reason when one cannot be read.</summary>
    public static EndpointSettings Of(ElsaActivity endpoint)
    {
        var given = ElsaTriggers.Settings(endpoint);
        Value? Constant(string name)
        {
            if (endpoint.Inputs.TryGetValue(name, out var input) && !input.IsConstant) throw new FormatException($"`{name}` must be a constant");
            // A field that was left empty has a type all the same, and an empty text would be the number 0.
            return input?.Content is StringValue { Text: "" } || given.Get(name) is not { IsNull: false } value ? null : value;
        }

        long? Bytes(string name) => Constant(name) is not { } value ? null
            : ElsaTypes.Convert(value, "Int64") is NumberValue { Number: > 0 } number ? (long)Math.Min(number.Number, long.MaxValue / 2) : throw new FormatException($"`{name}` must be a number of bytes");
        IReadOnlyList<string> Words(string name) => Constant(name) switch
        {
            null => [],
            ListValue list when list.Items.All(item => item is StringValue) => [.. list.Items.Select(item => item.AsString()!.Trim()).Where(word => word.Length > 0)],
            _ => throw new FormatException($"`{name}` must be a list of texts"),
        };
        var timeout = Constant("requestTimeout") is not { } span ? UsualTimeout
            : ElsaTypes.ToSpan(span) is { } asked && asked > TimeSpan.Zero ? asked : throw new FormatException("`requestTimeout` must be a time span");
        return new EndpointSettings(
            ElsaTypes.ToFlag(given.Get("authorize") ?? Value.Null), timeout < LongestTimeout ? timeout : LongestTimeout, (int)Math.Min(Bytes("requestSizeLimit") ?? HookSettings.UsualBody, HookSettings.LargestBody),
            Bytes("fileSizeLimit") ?? long.MaxValue, Words("allowedFileExtensions"), Words("blockedFileExtensions"), Words("allowedMimeTypes"),
            [.. Outcomes.Where(outcome => Constant(outcome.Property) is { } flag && ElsaTypes.ToFlag(flag)).Select(outcome => outcome.Outcome)]);
    }

    /// <summary>Why an endpoint cannot take requests; null when it can.</summary>
    public static string? Mistake(ElsaActivity endpoint)
    {
        try
        {
            Of(endpoint);
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }
}
