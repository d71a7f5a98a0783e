using System.CommandLine;
using System.Net;
using Orchestrator.Activities.Targets;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Schemas;
using Orchestrator.Server;
using Orchestrator.Server.Triggers;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator serve</c></summary>
internal static class ServeCommand
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    private static readonly Option<string> Listen = new("--listen") { Description = "Where to listen", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8700" };
    private static readonly Option<string[]> Hosts = new("--host") { Description = "A name under which it is reached, besides localhost and addresses", HelpName = "NAME" };
    private static readonly Option<string[]> Proxies = new("--trusted-proxy") { Description = "A proxy that may say who the client is, besides those on loopback", HelpName = "ADDRESS" };

    private static readonly Option<string?> Workflows = new("--workflows") { Description = "Folder with workflows as Elsa JSON, published at the start; those beside the program without it", HelpName = "FOLDER" };
    private static readonly Option<string> TokenLife = new("--session-token-life") { Description = "How long the token works that a page gets for Elsa Studio, 10s to 8h; it is renewed before", HelpName = "DURATION", DefaultValueFactory = _ => "8h" };
    private static readonly Option<bool> UnverifiedHooks = new("--allow-unverified-hooks") { Description = "Let webhooks with `verify: none` take deliveries from anybody" };

    public static Command Create()
    {
        var command = new Command("serve", "Own the store, run what is in it, and answer over HTTP until stopped") { Listen, Hosts, Proxies, TokenLife, Workflows, UnverifiedHooks };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        var listen = parsed.GetRequiredValue(Listen);
        if (!Uri.TryCreate(listen, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp)
            return terminal.Refuse(ExitCode.Rejected, $"--listen {listen}: expected http://ADDRESS:PORT; TLS is for a proxy in front");

        var proxies = new List<IPAddress>();
        foreach (var text in parsed.GetValue(Proxies) ?? [])
        {
            if (!IPAddress.TryParse(text, out var proxy)) return terminal.Refuse(ExitCode.Rejected, $"--trusted-proxy {text}: expected an address such as 192.0.2.7 or 2001:db8::7");
            proxies.Add(proxy);
        }

        var lifeText = parsed.GetRequiredValue(TokenLife);
        if (!Durations.TryParse(lifeText, out var tokenLife) || tokenLife < TimeSpan.FromSeconds(10) || tokenLife > TimeSpan.FromHours(8))
            return terminal.Refuse(ExitCode.Rejected, $"--session-token-life {lifeText}: expected a duration from 10s to 8h");

        // Those that come with the program lie beside it.
        var shipped = Path.Combine(AppContext.BaseDirectory, "workflows");
        var folder = parsed.GetValue(Workflows) ?? (Directory.Exists(shipped) ? shipped : null);
        if (folder is not null && !Directory.Exists(folder)) return terminal.Refuse(ExitCode.Rejected, $"--workflows {folder}: there is no such folder");
        var triggers = new TriggerLink();
        await using var session = await LocalSession.OpenBesideAsync(parsed, terminal, triggers).ConfigureAwait(false);
        await session.TryOwnAsync().ConfigureAwait(false);
        if (session.Engine is not { } engine) return terminal.Refuse(ExitCode.Unreachable, $"another process owns the store in {session.Folder.Path}: stop it, or give --data another folder");
        ServerFile? told = null;
        var options = new ServerOptions
        {
            Listen = listen, DataFolder = session.Folder.Path, Store = session.Store, Engine = engine, Meter = session.Meter, Compile = Compiling.Compile,
            Activities = Compiling.Catalog, OpenTarget = BuiltinTargets.OpenAsync, Seal = session.Seal, Version = VersionCommand.Version, Time = terminal.Time, Say = line => Say(line, terminal),
            Hosts = parsed.GetValue(Hosts) ?? [], TrustedProxies = proxies, Owner = Environment.UserName, Listening = address => told = ServerFile.Write(session.Folder, address),
            Triggers = triggers, AllowUnverifiedHooks = parsed.GetValue(UnverifiedHooks), WorkflowsFolder = folder, SessionTokenLife = tokenLife,
        };
        OrchestratorServer server;
        try
        {
            server = await OrchestratorServer.StartAsync(options, terminal.Interrupted).ConfigureAwait(false);
        }
        catch (IOException trouble)
        {
            return terminal.Refuse(ExitCode.Unreachable, $"cannot listen on {listen}: {trouble.Message}");
        }

        await using (server.ConfigureAwait(false))
        using (told)
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = terminal.Interrupted.Register(() => stopped.TrySetResult()).ConfigureAwait(false);
            await stopped.Task.ConfigureAwait(false);
            await server.DrainAsync(DrainLimit).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    // Requests are answered on many threads; a writer of the console is not made for that.
    private static void Say(string line, Terminal terminal)
    {
        lock (terminal)
        {
            terminal.Write(line);
            terminal.Output.Flush();
        }
    }
}
