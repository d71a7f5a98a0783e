using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Packages;

/// <summary>Installed packages.</summary>
[Activity("package.ensure", Effect.Idempotent, "Make sure Debian packages are installed.", Remarks = """
    Uses `apt-get` without recommended packages and without questions; configuration files that were changed by hand are kept. The package lists are fetched only when a package
    is not known. There is no undo: removing packages also removes what others may need by now. Fails with `package.locked` (transient) while another program holds the package
    lock, `package.unknown` for a name or version that no source has, `package.noApt` where there is no apt.
    """, Example = """
    - id: tools
      uses: package.ensure@1
      with: {packages: [openssh-server, nftables]}
      timeout: {attempt: 10m}
      target: node
    """)]
internal sealed class PackageEnsure : Activity<PackageEnsure.Input, PackageEnsure.Output>
{
    internal sealed record Input
    {
        [Field("Names, each optionally with `=version`.", Pattern = "[a-z0-9][a-z0-9+.:-]*(=[A-Za-z0-9.+:~-]+)?", MinLength = 1)]
        public required IReadOnlyList<string> Packages { get; init; }
    }

    internal sealed record Output
    {
        [Field("Name to installed version.")]
        public required IReadOnlyDictionary<string, string> Versions { get; init; }

        [Field("What this step installed or changed, as asked.")]
        public IReadOnlyList<string> Installed { get; init; } = [];
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var versions = await VersionsAsync(input, context, cancellationToken).ConfigureAwait(false);
        var missing = Missing(input, versions);
        return missing.Length == 0
            ? Check<Output>.Satisfied(new Output { Versions = versions })
            : Check<Output>.Differs([.. missing.Select(package => new Change($"package {Name(package)}", versions.GetValueOrDefault(Name(package)), package.Contains('=', StringComparison.Ordinal) ? package.Split('=')[1] : "installed"))]);
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var missing = Missing(input, await VersionsAsync(input, context, cancellationToken).ConfigureAwait(false));
        var installed = await InstallAsync(missing, context, cancellationToken).ConfigureAwait(false);
        if (IsUnknown(installed))
        {
            (await AptAsync(context, cancellationToken, "update").ConfigureAwait(false)).OrFail("package.listsFailed", "cannot fetch the package lists", FailureKind.Transient);
            installed = await InstallAsync(missing, context, cancellationToken).ConfigureAwait(false);
        }

        if (!installed.Ok) throw Failed(missing, installed);
        return Outcome<Output>.Changes(new Output { Versions = await VersionsAsync(input, context, cancellationToken).ConfigureAwait(false), Installed = missing });
    }

    /// <summary>The failure that apt's words stand for.</summary>
    internal static FailureException Failed(IReadOnlyList<string> packages, CommandResult result)
    {
        var (code, kind) = result switch
        {
            { ExitCode: 127 } => ("package.noApt", FailureKind.Permanent),
            _ when result.Error.Contains("Could not get lock", StringComparison.Ordinal) || result.Error.Contains("is another process using it", StringComparison.Ordinal) => ("package.locked", FailureKind.Transient),
            _ when IsUnknown(result) => ("package.unknown", FailureKind.Permanent),
            _ when result.Error.Contains("Failed to fetch", StringComparison.Ordinal) || result.Error.Contains("Temporary failure resolving", StringComparison.Ordinal) => ("package.fetchFailed", FailureKind.Transient),
            _ => ("package.failed", FailureKind.Permanent),
        };
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var said = lines.FirstOrDefault(line => line.StartsWith("E:", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? $"exit code {result.ExitCode}";
        return new FailureException(new Failure(code, kind, $"cannot install {string.Join(", ", packages)}: {said}", LogTail: [.. lines.TakeLast(20)]));
    }

    private static bool IsUnknown(CommandResult result) =>
        result.Error.Contains("Unable to locate package", StringComparison.Ordinal) || result.Error.Contains("has no installation candidate", StringComparison.Ordinal)
        || (result.Error.Contains("E: Version '", StringComparison.Ordinal) && result.Error.Contains("was not found", StringComparison.Ordinal));

    private static Task<CommandResult> InstallAsync(string[] packages, ActivityContext context, CancellationToken cancellationToken) =>
        AptAsync(context, cancellationToken, ["install", "-y", "--no-install-recommends", "--allow-downgrades", "-o", "Dpkg::Options::=--force-confold", "--", .. packages]);

    private static Task<CommandResult> AptAsync(ActivityContext context, CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        context.Target.RunAsync(
            new Command(["apt-get", "-q", "-o", "APT::Color=0", .. arguments])
            {
                Environment = new Dictionary<string, string>(Shell.EnvironmentOf(context)) { ["DEBIAN_FRONTEND"] = "noninteractive", ["LC_ALL"] = "C" }, OnLine = context.Log,
            },
            cancellationToken);

    private static async Task<Dictionary<string, string>> VersionsAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var shown = await context.RunAsync(cancellationToken, ["dpkg-query", "-W", "-f", "${Package}\\t${binary:Package}\\t${db:Status-Abbrev}\\t${Version}\\n", "--", .. input.Packages.Select(Name)]).ConfigureAwait(false);
        if (shown.ExitCode == 127) throw new FailureException("package.noApt", FailureKind.Permanent, "the target is no Debian: it has no dpkg-query");
        var rows = shown.Output.Split('\n').Select(line => line.Split('\t')).Where(words => words.Length == 4 && words[2].StartsWith("ii", StringComparison.Ordinal)).ToArray();
        return input.Packages.Select(Name).Distinct()
            .Select(name => (name, row: rows.FirstOrDefault(words => words[0] == name || words[1] == name)))
            .Where(found => found.row is not null).ToDictionary(found => found.name, found => found.row![3]);
    }

    private static string[] Missing(Input input, Dictionary<string, string> versions) =>
        [.. input.Packages.Where(package => !versions.TryGetValue(Name(package), out var version) || (package.Contains('=', StringComparison.Ordinal) && package.Split('=')[1] != version))];

    private static string Name(string package) => package.Split('=')[0];
}
