namespace Orchestrator.Engine.Storage;

/// <summary>Where a workflow comes from, and so who may change it.</summary>
public enum WorkflowOrigin
{
    /// <summary>Made or imported over the API; Studio owns it.</summary>
    Studio,

    /// <summary>Compiled from a blueprint; read-only in Studio.</summary>
    Blueprint,
}

/// <summary>A version of a workflow as lists show it. Its JSON is the stored definition of <see cref="Hash"/>.</summary>
/// <param name="VersionId">Unique; Elsa's <c>id</c>.</param>
/// <param name="DefinitionId">Shared by all its versions. For a blueprint: its name.</param>
/// <param name="Version">1, 2, 3 … in the definition.</param>
/// <param name="Name">For people.</param>
/// <param name="Description">For people; may be empty.</param>
/// <param name="ToolVersion">Version of the tool that made it; null when it did not say.</param>
/// <param name="Origin">Who owns it.</param>
/// <param name="Hash">Content hash.</param>
/// <param name="IsLatest">True for one version of a definition.</param>
/// <param name="IsPublished">True for at most one version of a definition: the one that starts.</param>
/// <param name="IsReadonly">True when nobody may change it over the API.</param>
/// <param name="IsSystem">True when lists hide it unless asked.</param>
/// <param name="UsableAsActivity">True when other workflows may use it as an activity.</param>
/// <param name="IsDeleted">True when it is only kept for the runs that have it.</param>
/// <param name="CreatedAt">When this version was made, UTC.</param>
public sealed record StoredWorkflow(
    string VersionId, string DefinitionId, int Version, string Name, string Description, string? ToolVersion, WorkflowOrigin Origin, string Hash,
    bool IsLatest, bool IsPublished, bool IsReadonly, bool IsSystem, bool UsableAsActivity, bool IsDeleted, DateTimeOffset CreatedAt);

/// <summary>Which versions of each definition.</summary>
public enum WorkflowVersions
{
    /// <summary>Every version.</summary>
    All,

    /// <summary>The newest.</summary>
    Latest,

    /// <summary>The published one.</summary>
    Published,

    /// <summary>The newest and the published one, which may be two.</summary>
    LatestOrPublished,

    /// <summary>The newest where it is published.</summary>
    LatestAndPublished,

    /// <summary>Those that are not published.</summary>
    Draft,
}

/// <summary>By what a list of workflows is ordered.</summary>
public enum WorkflowOrder
{
    /// <summary>When the version was made.</summary>
    Created,

    /// <summary>By name.</summary>
    Name,

    /// <summary>By number of the version.</summary>
    Version,
}

/// <summary>Which workflow versions to list.</summary>
public sealed record WorkflowQuery
{
    /// <summary>Which versions.</summary>
    public WorkflowVersions Versions { get; init; }

    /// <summary>Only this version number; null = any.</summary>
    public int? Version { get; init; }

    /// <summary>Only these definitions; null = all.</summary>
    public IReadOnlyList<string>? DefinitionIds { get; init; }

    /// <summary>Also deleted ones; without it they are only found by <see cref="VersionIds"/>.</summary>
    public bool WithDeleted { get; init; }

    /// <summary>Only these versions, deleted ones too; null = all.</summary>
    public IReadOnlyList<string>? VersionIds { get; init; }

    /// <summary>Only with these content hashes; null = all.</summary>
    public IReadOnlyList<string>? Hashes { get; init; }

    /// <summary>Name, description or id contains it; null = any.</summary>
    public string? Search { get; init; }

    /// <summary>Only with exactly this name; null = any.</summary>
    public string? Name { get; init; }

    /// <summary>Only system workflows, or only others; null = both.</summary>
    public bool? IsSystem { get; init; }

    /// <summary>Only those usable as an activity, or only others; null = both.</summary>
    public bool? UsableAsActivity { get; init; }

    /// <summary>Order; versions of equal rank come by definition and number.</summary>
    public WorkflowOrder Order { get; init; }

    /// <summary>Largest first.</summary>
    public bool Descending { get; init; }

    /// <summary>How many to leave out at the beginning.</summary>
    public int Skip { get; init; }

    /// <summary>How many to give; null = all.</summary>
    public int? Take { get; init; }
}

/// <summary>A stretch of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Total">How many there are in the whole list.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long Total);

public partial interface IStore
{
    /// <summary>Versions of workflows.</summary>
    Task<Page<StoredWorkflow>> ListWorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Hash and name of stored definitions that no list of workflows shows as it should: compiled ones without a row, and the newest of a name when the row of it does not say that it is the latest. Oldest first.
    /// Definitions with the name of a workflow that Studio owns are not among them.
    /// </summary>
    Task<IReadOnlyList<(string Hash, string Name)>> ListUnlistedDefinitionsAsync(CancellationToken cancellationToken);
}

public sealed partial record WriteSet
{
    /// <summary>Workflow versions to insert or replace, by their id; later ones in the list are written later. Written after <see cref="Definitions"/>.</summary>
    public IReadOnlyList<StoredWorkflow> Workflows { get; init; } = [];

    /// <summary>Definitions, by hash, that may go: one that a run has or had, or that a workflow has, stays. Done last.</summary>
    public IReadOnlyList<string> ForgetDefinitions { get; init; } = [];
}
