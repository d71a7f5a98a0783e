using System.Globalization;
using System.Text;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Jwt;

/// <summary>Asks an issuer for a token in its dialect, or signs one itself.</summary>
[Activity("jwt.mint", Effect.Read, "Get a token from an OAuth2 issuer, or sign one with a local key.", Remarks = """
    | dialect | what happens |
    |---|---|
    | `itsyouonline` | POST with every parameter in the query, as itsyou.online had it: `grant_type=client_credentials`, `client_id`, `client_secret`, `response_type=id_token`, `scope` (`offline_access`, or `user:memberof:ORG,offline_access` with `organization`), `validity` in seconds; the answer is the bare JWT |
    | `rfc6749` | the client credentials grant of RFC 6749: a form, the client named by `clientAuth`; the answer is JSON |
    | `local` | signed on the engine's side with `key` or the file `keyPath` on the target |

    The token is secret and carries its end. Each run gets a fresh one.

    | code | cause |
    |---|---|
    | `jwt.denied` | the issuer answered 400, 401 or 403; not retried |
    | `jwt.endpoint` | the issuer answered otherwise; transient for 408, 425, 429 and 5xx |
    | `jwt.malformed` | the answer holds no token |
    | `jwt.expired` | the token has ended already |
    | `jwt.key` | the local key does not fit the algorithm |
    | `http.unreachable`, `http.tls`, `http.broken` | no, no trusted or a broken connection |
    """, Example = """
    - id: clusterToken
      uses: jwt.mint
      with:
        dialect: itsyouonline
        url: https://itsyou.online/v1/oauth/access_token
        clientId: cluster
        clientSecret: ${{ secrets.token }}
        organization: ${{ inputs.name }}
        validity: 1h
    """)]
internal sealed class JwtMint : Activity<JwtMintInput, JwtMintOutput>
{
    protected override Task<Check<JwtMintOutput>> CheckAsync(JwtMintInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Check<JwtMintOutput>.Unknown(input.Dialect == JwtDialect.Local ? "signs a token" : $"asks {input.Url} for a token"));

    protected override async Task<Outcome<JwtMintOutput>> ApplyAsync(JwtMintInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var grant = input.Dialect switch
        {
            JwtDialect.Itsyouonline => await ItsYouOnlineAsync(input, context, cancellationToken).ConfigureAwait(false),
            JwtDialect.Rfc6749 => await Rfc6749Async(input, context, cancellationToken).ConfigureAwait(false),
            _ => await LocalAsync(input, context, cancellationToken).ConfigureAwait(false),
        };
        context.Log(grant.ExpiresAt is { } end ? $"token until {JwtToken.Show(end)}" : "token without an end");
        return Outcome<JwtMintOutput>.Same(JwtMintOutput.From(grant));
    }

    private static Task<Grant> ItsYouOnlineAsync(JwtMintInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var (url, id, secret) = Credentials(input);
        List<(string, string)> query =
        [
            ("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret), ("response_type", "id_token"),
            ("scope", input.Scopes.Count > 0 ? string.Join(',', input.Scopes) : input.Organization is { } organization ? $"user:memberof:{organization},offline_access" : "offline_access"),
        ];
        if (input.Validity is { } validity) query.Add(("validity", Seconds(validity)));
        return new TokenEndpoint(context, url, input.CaCertificate).AskAsync(HttpMethod.Post, query, null, new Dictionary<string, string>(), [secret], cancellationToken);
    }

    private static Task<Grant> Rfc6749Async(JwtMintInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var (url, id, secret) = Credentials(input);
        List<(string, string)> form = [("grant_type", "client_credentials")];
        if (input.Scopes.Count > 0) form.Add(("scope", string.Join(' ', input.Scopes)));
        var headers = ClientAuthentication.Add(input.ClientAuth, id, secret, form);
        return new TokenEndpoint(context, url, input.CaCertificate).AskAsync(HttpMethod.Post, [], form, headers, [secret], cancellationToken);
    }

    private static async Task<Grant> LocalAsync(JwtMintInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var key = input.Key?.Reveal();
        if (key is null)
        {
            var path = input.KeyPath ?? throw Missing("key` or `keyPath");
            var file = await context.Target.ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
            key = file?.Text ?? throw new FailureException("jwt.key", FailureKind.Permanent, $"{path} does not exist on {context.Target.Address}");
        }

        var now = context.Time.GetUtcNow();
        var claims = Value.Map([("iat", Value.Of(now.ToUnixTimeSeconds())), ("exp", Value.Of((now + (input.Validity ?? TimeSpan.FromHours(1))).ToUnixTimeSeconds())), .. Named(input)]);
        foreach (var (name, value) in input.Claims)
        {
            if (value.HasSecret) throw new FailureException("input.invalid", FailureKind.Permanent, $"input `claims.{name}` is secret, and claims can be read by whoever has the token");
            claims = claims.With(name, value);
        }

        var token = JwtToken.Sign(input.Algorithm, key, input.KeyId, claims);
        return new Grant(token, null, JwtToken.Parse(token).ExpiresAt, JwtToken.Parse(token).Public);
    }

    private static IEnumerable<(string, Value)> Named(JwtMintInput input)
    {
        if (input.Issuer is { } issuer) yield return ("iss", Value.Of(issuer));
        if (input.Subject is { } subject) yield return ("sub", Value.Of(subject));
        if (input.Audience is { } audience) yield return ("aud", Value.Of(audience));
        if (input.Organization is { } organization) yield return ("azp", Value.Of(organization));
        if (input.Scopes.Count > 0) yield return ("scope", Value.List(input.Scopes.Select(Value.Of)));
    }

    private static (string Url, string Id, string Secret) Credentials(JwtMintInput input) =>
        (input.Url ?? throw Missing("url"), input.ClientId ?? throw Missing("clientId"), (input.ClientSecret ?? throw Missing("clientSecret")).Reveal());

    private static string Seconds(TimeSpan span) => ((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static FailureException Missing(string field) => new("input.invalid", FailureKind.Permanent, $"input `{field}` is required for this dialect");
}

/// <summary>How a client of RFC 6749 says who it is (2.3.1).</summary>
internal static class ClientAuthentication
{
    /// <summary>Adds it to the form or gives the header that holds it.</summary>
    public static IReadOnlyDictionary<string, string> Add(JwtClientAuth kind, string id, string secret, List<(string, string)> form)
    {
        if (kind == JwtClientAuth.Post)
        {
            form.AddRange([("client_id", id), ("client_secret", secret)]);
            return new Dictionary<string, string>();
        }

        // Both halves are form-encoded before they are joined, so that a colon in the id cannot end it.
        var pair = $"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}";
        return new Dictionary<string, string> { ["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)) };
    }
}
