using System.Collections.Concurrent;
using Orchestrator.Activities.Git;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.Activities.Tests.Git;

/// <summary>A git server, a folder for clones, and the git activities called as the engine calls them.</summary>
public abstract class GitSteps : IAsyncLifetime
{
    protected GitServer Server { get; private set; } = null!;

    protected string Clone => Path.Combine(Server.Folder, "clone");

    protected ConcurrentQueue<string> Log { get; } = new();

    protected ActivityContext Context { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await GitServer.StartAsync();
        Context = ActivityContexts.For(new LocalTarget { Name = "local" }, Log);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    protected MapValue Remote(params (string, Value)[] more) =>
        Value.Map([("repo", Value.Of(Server.Repo)), ("hostKey", Value.Of(Server.HostKey)), ("keyPath", Value.Of(Server.KeyPath)), ("path", Value.Of(Clone)), .. more]);

    private protected Task<ActivityResult> CloneAsync(params (string, Value)[] more) => RunAsync(new GitClone(), Remote(more));

    private protected Task<ActivityResult> CommitAsync(string file, string content) =>
        RunAsync(new GitCommit(), ActivityContexts.Input($"{{'path':'{Clone}','files':{{'{file}':'{content}'}},'message':'Add {file}','authorName':'T','authorEmail':'t@test'}}"));

    protected Task<ActivityResult> RunAsync(Activity activity, MapValue input) => activity.ExecuteAsync(input, Context, CancellationToken.None);

    protected async Task<Failure> FailAsync(Activity activity, MapValue input) =>
        (await Assert.ThrowsAsync<FailureException>(() => RunAsync(activity, input))).Failure;

    protected Task<string> InCloneAsync(params string[] arguments) => GitServer.RunAsync("git", ["-C", Clone, .. arguments]);
}
