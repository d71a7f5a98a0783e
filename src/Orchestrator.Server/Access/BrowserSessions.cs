using Orchestrator.Engine.Storage;

namespace Orchestrator.Server.Access;

/// <summary>
/// Signed-in browsers. A session is known by its cookie, which is renewed while it is used; it ends when nobody used it for <see cref="Idle"/>, at the latest after <see cref="Longest"/>.
/// A page may ask for a bearer token of its session, for scripts that cannot send the cookie: it ends with the session. A session ends with the token that it was begun with, be it by a link.
/// </summary>
/// <param name="store">Where they are kept, as hashes.</param>
/// <param name="admin">The admin token, with which others were.</param>
/// <param name="tokens">The API tokens that some were begun with.</param>
/// <param name="bearerLife">How long a page's bearer token works.</param>
/// <param name="time">The clock.</param>
internal sealed class BrowserSessions(IStore store, AdminToken admin, ApiTokens tokens, TimeSpan bearerLife, TimeProvider time)
{
    private const string Cookie = "cookie";
    private const string Bearer = "bearer";

    private static readonly TimeSpan SeenNotedEvery = TimeSpan.FromMinutes(1);

    // Requests under way still carry the cookie that was just replaced.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    /// <summary>A session that nobody uses ends after this.</summary>
    public static TimeSpan Idle { get; } = TimeSpan.FromHours(8);

    /// <summary>Every session ends after this.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(7);

    /// <summary>A cookie is replaced when it is older than this.</summary>
    public static TimeSpan Renewal { get; } = TimeSpan.FromHours(1);

    /// <summary>Begins a session and gives its cookie. Sessions that expired are forgotten on the way.</summary>
    /// <param name="name">Who signs in.</param>
    /// <param name="role">What the session may do.</param>
    /// <param name="token">Hash of the token that it was begun with, itself or by a link.</param>
    public async Task<string> BeginAsync(string name, Role role, string token)
    {
        var (text, now) = (Credential.New(), time.GetUtcNow());
        var session = new StoredSession(Credential.Hash(text), Credential.New(), Cookie, name, role.Text(), now, now, now, now + Longest, token);
        await store.CommitAsync(new WriteSet { ForgetSessionsUntil = now, Sessions = [session] }).ConfigureAwait(false);
        return text;
    }

    /// <summary>The session of a cookie, and the cookie that replaces it when it is time; null when the session is unknown or over.</summary>
    public async Task<(Caller Caller, string? Renewed)?> FindByCookieAsync(string text, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await FindAsync(text, Cookie, now, cancellationToken).ConfigureAwait(false) is not { } found || now - found.Session.SeenAt >= Idle) return null;
        var session = found.Session;
        var wasReplaced = session.ExpiresAt < session.StartedAt + Longest;
        if (!wasReplaced && now - session.IssuedAt >= Renewal)
        {
            var renewed = Credential.New();
            var next = session with { Hash = Credential.Hash(renewed), IssuedAt = now, SeenAt = now };
            await store.CommitAsync(new WriteSet { MoreOfSessions = [next], TouchSessions = [(session.Hash, now, now + Overlap)] }).ConfigureAwait(false);
            return (found.Caller, renewed);
        }

        if (now - session.SeenAt >= SeenNotedEvery)
            await store.CommitAsync(new WriteSet { TouchSessions = [(session.Hash, now, session.ExpiresAt)] }).ConfigureAwait(false);
        return (found.Caller, null);
    }

    /// <summary>The session of a bearer token; null when it is unknown or over.</summary>
    public async Task<Caller?> FindByBearerAsync(string text, CancellationToken cancellationToken) =>
        await FindAsync(text, Bearer, time.GetUtcNow(), cancellationToken).ConfigureAwait(false) is { } found ? found.Caller : null;

    /// <summary>The session of a cookie as it is, without taking this for use; null when the cookie opens nothing.</summary>
    public async Task<Caller?> StillOfCookieAsync(string text, CancellationToken cancellationToken) =>
        time.GetUtcNow() is var now && await FindAsync(text, Cookie, now, cancellationToken).ConfigureAwait(false) is { } found && now - found.Session.SeenAt < Idle ? found.Caller : null;

    /// <summary>A bearer token of the session that a cookie belongs to, with its end; null when the session is over.</summary>
    public async Task<(string Text, DateTimeOffset ExpiresAt)?> IssueBearerAsync(string cookie, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await FindAsync(cookie, Cookie, now, cancellationToken).ConfigureAwait(false) is not { } found) return null;
        var text = Credential.New();
        var last = found.Session.StartedAt + Longest;
        var expiresAt = now + bearerLife < last ? now + bearerLife : last;
        await store.CommitAsync(new WriteSet
        {
            ForgetSessionsUntil = now,
            MoreOfSessions = [found.Session with { Hash = Credential.Hash(text), Kind = Bearer, IssuedAt = now, SeenAt = now, ExpiresAt = expiresAt }],
        }).ConfigureAwait(false);
        // The user may have signed out meanwhile.
        return await FindByBearerAsync(text, cancellationToken).ConfigureAwait(false) is null ? null : (text, expiresAt);
    }

    /// <summary>Ends a session: cookie and bearer tokens.</summary>
    public Task EndAsync(string sessionId) => store.CommitAsync(new WriteSet { EndSessions = [sessionId] });

    private async Task<(StoredSession Session, Caller Caller)?> FindAsync(string text, string kind, DateTimeOffset now, CancellationToken cancellationToken) =>
        await store.FindSessionAsync(Credential.Hash(text), cancellationToken).ConfigureAwait(false) is { } session
        && session.Kind == kind && session.ExpiresAt > now && RoleText.Parse(session.Role) is { } role
        && (session.Token is null || session.Token == admin.Hash || await tokens.WorksAsync(session.Token, cancellationToken).ConfigureAwait(false))
            ? (session, new Caller($"session:{session.Name}", role, session.Token ?? admin.Hash, session.Id))
            : null;
}
