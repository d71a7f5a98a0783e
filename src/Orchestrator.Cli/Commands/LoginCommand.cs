using System.CommandLine;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator login</c></summary>
internal static class LoginCommand
{
    private static readonly Option<string> Role = new("--role") { Description = "What the browser may do: viewer, operator or admin", HelpName = "ROLE", DefaultValueFactory = _ => "admin" };

    public static Command Create()
    {
        var command = new Command("login", "Print a link that signs a browser in at the server, once") { Role };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        await using var session = await ServerSession.OpenAsync(parsed, terminal).ConfigureAwait(false);
        var link = await session.Server.DoAsync(HttpMethod.Post, "/api/v1/login-links", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", Environment.UserName);
            writer.WriteString("role", parsed.GetRequiredValue(Role));
            writer.WriteEndObject();
        }).ConfigureAwait(false);
        var url = new Uri(session.Server.Address, link.GetProperty("path").GetString());
        if (!parsed.GetValue(CommonOptions.Json))
        {
            terminal.Write(url.ToString());
            terminal.Error.WriteLine($"works once, within {link.GetProperty("minutes").GetInt32()} minutes");
            return ExitCode.Done;
        }

        Json.WriteLine(terminal.Output, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("url", url.ToString());
            writer.WriteEndObject();
        });
        return ExitCode.Done;
    }
}
