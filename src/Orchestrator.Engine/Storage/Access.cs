namespace Orchestrator.Engine.Storage;

/// <summary>Who may use the server, and what they did: tokens, sessions, audit. Only hashes of credentials are stored.</summary>
public partial interface IStore
{
    /// <summary>The token with that hash, expired or not; null when there is none.</summary>
    Task<StoredToken?> FindTokenAsync(string hash, CancellationToken cancellationToken);

    /// <summary>Every token, oldest first.</summary>
    Task<IReadOnlyList<StoredToken>> ListTokensAsync(CancellationToken cancellationToken);

    /// <summary>The session credential with that hash, expired or not; null when there is none.</summary>
    Task<StoredSession?> FindSessionAsync(string hash, CancellationToken cancellationToken);

    /// <summary>Audit lines with a number below <paramref name="before"/>, newest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<AuditLine>> ReadAuditAsync(long before, int limit, CancellationToken cancellationToken);
}

/// <summary>The part about access.</summary>
public sealed partial record WriteSet
{
    /// <summary>How many audit lines a store keeps: the newest.</summary>
    public const int AuditLinesKept = 100_000;

    /// <summary>Tokens to insert or, by id, replace. A name or hash that another token has is a <see cref="DuplicateKeyException"/>.</summary>
    public IReadOnlyList<StoredToken> Tokens { get; init; } = [];

    /// <summary>Tokens whose last use is to be noted; one that is gone stays gone.</summary>
    public IReadOnlyList<(string Id, DateTimeOffset UsedAt)> UseTokens { get; init; } = [];

    /// <summary>Ids of tokens to remove; a missing one is no fault.</summary>
    public IReadOnlyList<string> RemoveTokens { get; init; } = [];

    /// <summary>Session credentials to insert.</summary>
    public IReadOnlyList<StoredSession> Sessions { get; init; } = [];

    /// <summary>Further credentials of sessions to insert; one whose session has none any more was ended meanwhile, and is not written.</summary>
    public IReadOnlyList<StoredSession> MoreOfSessions { get; init; } = [];

    /// <summary>Session credentials, by hash, whose last use and end are to be changed; one that is gone stays gone.</summary>
    public IReadOnlyList<(string Hash, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt)> TouchSessions { get; init; } = [];

    /// <summary>Ids of sessions to end: every credential of them goes. Removed before any are written.</summary>
    public IReadOnlyList<string> EndSessions { get; init; } = [];

    /// <summary>Session credentials that expired at or before this go; null = none.</summary>
    public DateTimeOffset? ForgetSessionsUntil { get; init; }

    /// <summary>Audit lines to append; the store numbers them and keeps the newest <see cref="AuditLinesKept"/>.</summary>
    public IReadOnlyList<AuditLine> Audit { get; init; } = [];
}

/// <summary>An API token as stored.</summary>
/// <param name="Id">What lists and revocations name.</param>
/// <param name="Hash">SHA-256 of the token, hexadecimal.</param>
/// <param name="Name">Who or what it is for; unique.</param>
/// <param name="Role">What it may do, as the server names it.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="ExpiresAt">When it stops working, UTC; null = never.</param>
/// <param name="UsedAt">When it was last used, UTC, roughly; null = never.</param>
public sealed record StoredToken(string Id, string Hash, string Name, string Role, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt);

/// <summary>A credential of a signed-in browser. A session has several while its cookie is renewed, and one more for each bearer token that its pages asked for.</summary>
/// <param name="Hash">SHA-256 of the credential, hexadecimal.</param>
/// <param name="Id">The session.</param>
/// <param name="Kind"><c>cookie</c> or <c>bearer</c>: one is never taken for the other.</param>
/// <param name="Name">Who signed in.</param>
/// <param name="Role">What it may do.</param>
/// <param name="StartedAt">When the session began, UTC; its absolute end counts from here.</param>
/// <param name="IssuedAt">When this credential was issued, UTC.</param>
/// <param name="SeenAt">When it was last used, UTC, roughly.</param>
/// <param name="ExpiresAt">When this credential stops working at the latest, UTC.</param>
/// <param name="Token">Hash of the token that the session was begun with, and ends with; null = it was begun before this was kept.</param>
public sealed record StoredSession(
    string Hash, string Id, string Kind, string Name, string Role, DateTimeOffset StartedAt, DateTimeOffset IssuedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt, string? Token = null);

/// <summary>Something that was done or refused. No secrets in it.</summary>
/// <param name="Number">1, 2, 3 … as the store counts; 0 before it is stored.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">Who, as far as that was known.</param>
/// <param name="Action">What, for example <c>token.create</c>.</param>
/// <param name="Subject">To what, for example the name of a token.</param>
/// <param name="Outcome"><c>done</c>, or why not.</param>
/// <param name="From">The address the request came from; empty when it came from no network.</param>
public sealed record AuditLine(long Number, DateTimeOffset At, string By, string Action, string Subject, string Outcome, string From);
