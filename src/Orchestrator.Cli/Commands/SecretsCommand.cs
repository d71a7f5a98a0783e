using System.CommandLine;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;

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
        await using var session = await Session.OpenAsync(parsed, terminal).ConfigureAwait(false);
        if (session.Engine is null) return Owned(session, terminal);
        await session.Store.CommitAsync(new WriteSet { Secrets = [(Prefix + name, session.Seal.Protect(text))] }).ConfigureAwait(false);
        terminal.Write($"kept {Prefix}{name}");
        return ExitCode.Done;
    }

    private static async Task<int> ListAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        await using var session = await Session.OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        foreach (var reference in await session.Store.ListSecretsAsync(Prefix, terminal.Interrupted).ConfigureAwait(false))
        {
            if (!parsed.GetValue(CommonOptions.Json)) terminal.Write(reference[Prefix.Length..]);
            else
                Json.WriteLine(terminal.Output, writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", reference[Prefix.Length..]);
                    writer.WriteString("reference", reference);
                    writer.WriteEndObject();
                });
        }

        return ExitCode.Done;
    }

    private static async Task<int> RemoveAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        var reference = Prefix + parsed.GetRequiredValue(Name);
        await using var session = await Session.OpenAsync(parsed, terminal).ConfigureAwait(false);
        if (await session.Store.ReadSecretAsync(reference, CancellationToken.None).ConfigureAwait(false) is null)
            return terminal.Refuse(ExitCode.Rejected, $"there is no secret {reference}", "all names: orchestrator secrets list");
        if (session.Engine is null) return Owned(session, terminal);
        await session.Store.CommitAsync(new WriteSet { RemoveSecrets = [reference] }).ConfigureAwait(false);
        terminal.Write($"forgot {reference}");
        return ExitCode.Done;
    }

    private static int Owned(Session session, Terminal terminal) =>
        terminal.Refuse(ExitCode.Unreachable, $"another process owns the store in {session.Folder.Path}; secrets are kept by the owner only: stop it for the moment");
}
