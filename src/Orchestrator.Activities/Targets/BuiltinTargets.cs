using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Targets;

/// <summary>The kinds of target that come with Orchestrator.</summary>
public static class BuiltinTargets
{
    /// <summary>Opens a target; fits <see cref="OpenTarget"/>. Settings are read and checked now, a connection is made at first use.</summary>
    public static Task<Target> OpenAsync(string name, string kind, MapValue settings, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reader = new TargetSettings(name, kind, settings);
        Target target = kind switch
        {
            "local" => Local(name, reader),
            _ => throw new FailureException("target.unknownKind", FailureKind.Permanent, $"target `{name}`: there is no kind `{kind}`; the kinds are local, ssh, docker"),
        };
        return Task.FromResult(target);
    }

    private static LocalTarget Local(string name, TargetSettings settings)
    {
        var netns = settings.Text("netns");
        settings.NoOthers();
        return new LocalTarget { Name = name, NetworkNamespace = netns is null || netns.Contains('/', StringComparison.Ordinal) ? netns : $"/run/netns/{netns}" };
    }
}
