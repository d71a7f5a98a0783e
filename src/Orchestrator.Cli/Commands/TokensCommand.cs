using System.CommandLine;
using System.Net;
using System.Text.Json;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator tokens create|list|revoke</c></summary>
internal static class TokensCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "Who or what the token is for" };
    private static readonly Argument<string> Which = new("TOKEN") { Description = "Id or name, as the list shows them" };
    private static readonly Option<string> Role = new("--role") { Description = "What it may do: viewer, operator or admin", HelpName = "ROLE", Required = true };
    private static readonly Option<string?> Expires = new("--expires") { Description = "For how long it works, for example 90d; without it for ever", HelpName = "DURATION" };

    public static Command Create()
    {
        var create = new Command("create", "Make a token and print it; it is never shown again") { Name, Role, Expires };
        create.SetAction((parsed, _) => CreateAsync(parsed));
        var list = new Command("list", "List tokens; never the tokens themselves");
        list.SetAction((parsed, _) => ListAsync(parsed));
        var revoke = new Command("revoke", "Make a token worthless at once") { Which };
        revoke.SetAction((parsed, _) => RevokeAsync(parsed));
        return new Command("tokens", "Tokens with which programs talk to the server") { create, list, revoke };
    }

    private static async Task<int> CreateAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        var life = TimeSpan.Zero;
        if (parsed.GetValue(Expires) is { } text && !Durations.TryParse(text, out life)) return terminal.Refuse(ExitCode.Rejected, $"--expires {text}: expected a duration such as 12h or 90d");
        await using var session = await ServerSession.OpenAsync(parsed, terminal).ConfigureAwait(false);
        var token = await session.Server.DoAsync(HttpMethod.Post, "/api/v1/tokens", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", parsed.GetRequiredValue(Name));
            writer.WriteString("role", parsed.GetRequiredValue(Role));
            if (life > TimeSpan.Zero) writer.WriteString("expiresAt", terminal.Time.GetUtcNow() + life);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) Json.WriteLine(terminal.Output, token.WriteTo);
        else terminal.Write(token.GetProperty("token").GetString()!);
        return ExitCode.Done;
    }

    private static async Task<int> ListAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        await using var session = await ServerSession.OpenAsync(parsed, terminal).ConfigureAwait(false);
        var tokens = (await session.Server.DoAsync(HttpMethod.Get, "/api/v1/tokens").ConfigureAwait(false)).GetProperty("tokens").EnumerateArray().ToList();
        if (parsed.GetValue(CommonOptions.Json))
        {
            foreach (var token in tokens) Json.WriteLine(terminal.Output, token.WriteTo);
            return ExitCode.Done;
        }

        var table = new Table("ID", "NAME", "ROLE", "CREATED", "EXPIRES", "LAST USED");
        foreach (var token in tokens)
        {
            table.Add(
                (Text(token, "id"), Style.Strong), (Text(token, "name"), Style.Plain), (Text(token, "role"), Style.Plain), (Instant(token, "createdAt", ""), Style.Plain),
                (Instant(token, "expiresAt", "never"), Style.Plain), (Instant(token, "usedAt", "never"), Style.Plain));
        }

        if (tokens.Count == 0) terminal.Write("no tokens");
        else
            foreach (var line in table.Lines()) terminal.Write(line);
        return ExitCode.Done;
    }

    private static async Task<int> RevokeAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        var which = parsed.GetRequiredValue(Which);
        await using var session = await ServerSession.OpenAsync(parsed, terminal).ConfigureAwait(false);
        var (status, answer) = await session.Server.AskAsync(HttpMethod.Delete, $"/api/v1/tokens/{Uri.EscapeDataString(which)}").ConfigureAwait(false);
        if (status == HttpStatusCode.NotFound) return terminal.Refuse(ExitCode.Rejected, $"there is no token {which}", "all of them: orchestrator tokens list");
        if ((int)status >= 400) throw ServerClient.Problem(status, answer);
        terminal.Write($"revoked {which}");
        return ExitCode.Done;
    }

    private static string Text(JsonElement token, string name) => token.GetProperty(name).GetString()!;

    private static string Instant(JsonElement token, string name, string otherwise) => token.TryGetProperty(name, out var instant) ? HumanTime.Instant(instant.GetDateTimeOffset()) : otherwise;
}
