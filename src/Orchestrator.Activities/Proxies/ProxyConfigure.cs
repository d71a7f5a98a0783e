using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Activities.Files;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Proxies;

/// <summary>A reverse proxy.</summary>
[Activity("proxy.configure", Effect.Idempotent, "Make sure caddy runs and serves these sites.", HasUndo = true, Remarks = """
    Writes a Caddyfile below `folder`, lets `caddy validate` judge it first, then reloads the caddy that answers on `admin` or starts one as process.ensure does. What is wrong
    fails with `proxy.invalid` and caddy's words while the old configuration is still served; a reload that caddy refuses (`proxy.reloadFailed`, for example a port in use) puts the
    old file back. Done when the admin port shows this configuration and every port accepts. Undo puts the old configuration back, or stops the caddy it started.
    """, Example = """
    - id: proxy
      uses: proxy.configure@1
      with:
        sites:
          - {hosts: [api.example.org], upstreams: ["127.0.0.1:8700"], tls: internal}
          - {upstreams: ["127.0.0.1:8700"], tls: off}
      target: node
    """)]
internal sealed class ProxyConfigure : Activity<ProxyConfigure.Input, ProxyConfigure.Output>
{
    internal sealed record Input
    {
        [Field("What is served, in order.", MinLength = 1)]
        public required IReadOnlyList<Site> Sites { get; init; }

        [Field("Where caddy takes orders, `host:port` on the target; keep it on loopback.", MinLength = 3)]
        public string Admin { get; init; } = "127.0.0.1:2019";

        [Field("Folder on the target for the Caddyfile, certificates and keys.", Format = "path")]
        public string Folder { get; init; } = "/var/lib/orchestrator/caddy";

        [Field("Name of the process, as in process.ensure, when this step has to start caddy.", Pattern = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")]
        public string Process { get; init; } = "caddy";

        [Field("Address for the certificate authority, for `tls: auto`. Ignored when absent.")]
        public string? Email { get; init; }
    }

    /// <summary>What is served under some names.</summary>
    internal sealed record Site
    {
        [Field("Host names, `*.domain`, addresses (IPv6 in brackets), or `*` for any. When empty: any.", Pattern = Caddyfile.HostPattern)]
        public IReadOnlyList<string> Hosts { get; init; } = [];

        [Field("Where requests go, `host:port`; more than one share the load.", MinLength = 1)]
        public required IReadOnlyList<string> Upstreams { get; init; }

        [Field("`internal` = certificate of caddy's own authority, `off` = plain HTTP, `auto` = a public certificate, `files` = `certificate` and `key`.")]
        public TlsMode Tls { get; init; } = TlsMode.Internal;

        [Field("Certificate file on the target, PEM. Only with `tls: files`.", Format = "path")]
        public string? Certificate { get; init; }

        [Field("Key file on the target, PEM. Only with `tls: files`.", Format = "path")]
        public string? Key { get; init; }

        [Field("Ports. When empty: 443, or 80 with `tls: off`.", Min = 1, Max = 65535)]
        public IReadOnlyList<int> Ports { get; init; } = [];
    }

    internal sealed record Output
    {
        [Field("The file caddy runs with.", Format = "path")]
        public required string Caddyfile { get; init; }

        [Field("Root certificate for clients of `tls: internal`, made at the first start; empty when no site has it.")]
        public string CaRoot { get; init; } = "";

        [Field("True when this step started caddy.")]
        public bool Started { get; init; }

        [Field("What this step did to the file; null when nothing.")]
        public WrittenFile? File { get; init; }
    }

    /// <summary>Where certificates come from.</summary>
    internal enum TlsMode
    {
        /// <summary>Caddy's own authority.</summary>
        Internal,

        /// <summary>Plain HTTP.</summary>
        Off,

        /// <summary>A public authority.</summary>
        Auto,

        /// <summary>Given files.</summary>
        Files,
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var file = Wanted(input);
        var written = await FileChange.CheckAsync(file, context, cancellationToken).ConfigureAwait(false);
        List<Change> changes = [.. written.Changes];
        var served = await CaddyAdmin.ConfigAsync(input.Admin, context, cancellationToken).ConfigureAwait(false);
        if (served is null) changes.Add(new Change("caddy", $"does not answer on {input.Admin}", "running"));
        else if (changes.Count == 0)
        {
            if (!await IsServedAsync(file.Path, served, context, cancellationToken).ConfigureAwait(false)) changes.Add(new Change("caddy", "serves something else", "serves this Caddyfile"));
            foreach (var port in Caddyfile.Ports(input))
                if (!await CaddyAdmin.AcceptsAsync(port, context, cancellationToken).ConfigureAwait(false)) changes.Add(new Change($"port {port}", "closed", "accepts"));
        }

        return changes.Count == 0 ? Check<Output>.Satisfied(Result(input, false, null)) : Check<Output>.Differs(changes) with
        {
            Intent = Value.Map(("started", Value.Of(served is null)), ("file", written.Intent ?? Value.Null)),
        };
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var file = Wanted(input);
        await ValidateAsync(input, file, context, cancellationToken).ConfigureAwait(false);
        var written = (await FileChange.ApplyAsync(file, createFolders: true, context, cancellationToken).ConfigureAwait(false)).Output!;
        var isRunning = await CaddyAdmin.ConfigAsync(input.Admin, context, cancellationToken).ConfigureAwait(false) is not null;
        if (isRunning) await ReloadAsync(input, file, written, context, cancellationToken).ConfigureAwait(false);
        else await new ProcessEnsure().ExecuteAsync(Process(input), context, cancellationToken).ConfigureAwait(false);
        await ServingAsync(input, context, cancellationToken).ConfigureAwait(false);
        return Outcome<Output>.Changes(Result(input, !isRunning, written));
    }

    protected override async Task UndoAsync(Input input, Output output, ActivityContext context, CancellationToken cancellationToken)
    {
        if (output.Started) await new ProcessEnsure().UndoAsync(Process(input), Value.Map(("pid", Value.Of(0)), ("log", Value.Of(""))), context, cancellationToken).ConfigureAwait(false);
        if (output.File is { } file) await FileChange.UndoAsync(file, context, cancellationToken).ConfigureAwait(false);
        if (!output.Started && output.File is { Created: false })
            (await CaddyAsync(input, context, cancellationToken, "reload", "--config", output.Caddyfile, "--adapter", "caddyfile", "--address", input.Admin).ConfigureAwait(false))
            .OrFail("proxy.reloadFailed", "caddy does not take its old configuration back");
    }

    private static async Task ValidateAsync(Input input, FileState file, ActivityContext context, CancellationToken cancellationToken)
    {
        var candidate = file with { Path = file.Path + ".candidate" };
        (await context.RunAsync(cancellationToken, "mkdir", "-p", "--", input.Folder).ConfigureAwait(false)).OrFail("file.mkdirFailed", $"cannot make the folder {input.Folder}");
        await candidate.WriteAsync(context, cancellationToken).ConfigureAwait(false);
        try
        {
            var judged = await CaddyAsync(input, context, cancellationToken, "validate", "--config", candidate.Path, "--adapter", "caddyfile").ConfigureAwait(false);
            if (judged.ExitCode == 127) throw new FailureException("proxy.noCaddy", FailureKind.Permanent, "caddy is not installed on the target; package.ensure can install it");
            if (!judged.Ok) throw Refused("proxy.invalid", "caddy does not accept the sites; the configuration is unchanged", judged);
        }
        finally
        {
            await context.RunAsync(CancellationToken.None, "rm", "-f", "--", candidate.Path).ConfigureAwait(false);
        }
    }

    private static async Task ReloadAsync(Input input, FileState file, WrittenFile written, ActivityContext context, CancellationToken cancellationToken)
    {
        var reloaded = await CaddyAsync(input, context, cancellationToken, "reload", "--config", file.Path, "--adapter", "caddyfile", "--address", input.Admin).ConfigureAwait(false);
        if (reloaded.Ok) return;
        await FileChange.UndoAsync(written, context, CancellationToken.None).ConfigureAwait(false);
        throw Refused("proxy.reloadFailed", "caddy goes on with its old configuration", reloaded);
    }

    /// <summary>Caddy opens its listeners a moment after its admin port answers.</summary>
    private async Task ServingAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        while ((await CheckAsync(input, context, cancellationToken).ConfigureAwait(false)).State != CheckState.Satisfied && context.Time.GetElapsedTime(started) < TimeSpan.FromSeconds(10))
            await Task.Delay(TimeSpan.FromMilliseconds(100), context.Time, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> IsServedAsync(string path, JsonNode served, ActivityContext context, CancellationToken cancellationToken)
    {
        var adapted = await context.RunAsync(cancellationToken, "caddy", "adapt", "--config", path, "--adapter", "caddyfile").ConfigureAwait(false);
        return adapted.Ok && CaddyConfiguration.AreSame(JsonNode.Parse(adapted.Output), served);
    }

    private static FailureException Refused(string code, string what, CommandResult result)
    {
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var said = lines.LastOrDefault(line => !line.StartsWith('{')) ?? lines.LastOrDefault() ?? $"exit code {result.ExitCode}";
        return new FailureException(new Failure(code, FailureKind.Permanent, $"{what}: {said}", LogTail: [.. lines.TakeLast(20)]));
    }

    private static FileState Wanted(Input input) => new($"{input.Folder}/Caddyfile", Encoding.UTF8.GetBytes(Caddyfile.Render(input)), null, null);

    private static MapValue Process(Input input) => Value.Map(
        ("name", Value.Of(input.Process)),
        ("command", Value.List(Value.Of("caddy"), Value.Of("run"), Value.Of("--config"), Value.Of($"{input.Folder}/Caddyfile"), Value.Of("--adapter"), Value.Of("caddyfile"))),
        ("env", Value.Map(Home(input).Select(entry => (entry.Key, Value.Of(entry.Value))))));

    private static Task<CommandResult> CaddyAsync(Input input, ActivityContext context, CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        var environment = Shell.EnvironmentOf(context);
        foreach (var (key, value) in Home(input)) environment[key] = value;
        return context.Target.RunAsync(new Command(["caddy", .. arguments]) { Environment = environment }, cancellationToken);
    }

    /// <summary>Caddy writes its autosaved configuration below these; the files of a person's own caddy are not for us.</summary>
    private static Dictionary<string, string> Home(Input input) => new()
    {
        ["HOME"] = input.Folder, ["XDG_CONFIG_HOME"] = $"{input.Folder}/config", ["XDG_DATA_HOME"] = $"{input.Folder}/data",
    };

    private static Output Result(Input input, bool started, WrittenFile? file) => new()
    {
        Caddyfile = $"{input.Folder}/Caddyfile", Started = started, File = file,
        CaRoot = input.Sites.Any(site => site.Tls == TlsMode.Internal) ? $"{input.Folder}/data/pki/authorities/local/root.crt" : "",
    };
}
