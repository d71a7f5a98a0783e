using System.CommandLine;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator secrets set|list|remove</c></summary>
internal static class SecretsCommand
{
    private const string Prefix = "store:";

    private static readonly Argument<string> Name = new("NAME") { Description = "Name after store: in a blueprint, for example bootstrap/token" };
    private static readonly Option<string?> From = new("--from") { Description = "Read it from a file (default: standard input)", HelpName = "FILE" };

    public static Command Create()
    {
        var set = new Command("set", "Keep a secret, sealed; read from standard input, or a file") { Name, From };
        set.SetAction((parsed, _) => SetAsync(parsed));
        var list = new Command("list", "List names; values are never shown");
        list.SetAction((parsed, _) => ListAsync(parsed));
        var remove = new Command("remove", "Forget a secret") { Name };
        remove.SetAction((parsed, _) => RemoveAsync(parsed));
        return new Command("secrets", "Secrets that blueprints name as store:NAME") { set, list, remove };
    }

    private static async Task<int> SetAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        var name = parsed.GetRequiredValue(Name);
        // The last line break comes from the editor or from echo; nobody means it.
        var text = BlueprintFile.Read(parsed.GetValue(From) ?? "-", terminal).Text.TrimEnd('\r', '\n');
        if (text.Length == 0) return terminal.Refuse(ExitCode.Rejected, "the secret is empty", "for example: orchestrator secrets set NAME < FILE");
        await using var session = await Session.OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        await session.SetSecretAsync(name, text).ConfigureAwait(false);
        terminal.Write($"kept {Prefix}{name}");
        return ExitCode.Done;
    }

    private static async Task<int> ListAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        await using var session = await Session.OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        foreach (var name in await session.ListSecretsAsync().ConfigureAwait(false))
        {
            if (!parsed.GetValue(CommonOptions.Json)) terminal.Write(name);
            else
                Json.WriteLine(terminal.Output, writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", name);
                    writer.WriteString("reference", Prefix + name);
                    writer.WriteEndObject();
                });
        }

        return ExitCode.Done;
    }

    private static async Task<int> RemoveAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        var name = parsed.GetRequiredValue(Name);
        await using var session = await Session.OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        if (!await session.RemoveSecretAsync(name).ConfigureAwait(false)) return terminal.Refuse(ExitCode.Rejected, $"there is no secret {Prefix}{name}", "all names: orchestrator secrets list");
        terminal.Write($"forgot {Prefix}{name}");
        return ExitCode.Done;
    }
}
