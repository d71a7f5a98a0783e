using System.Globalization;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Jwt;

/// <summary>Refreshes in time, and only then.</summary>
[Activity("jwt.refresh", Effect.Idempotent, "Refresh a token when less than `before` of its time is left.", Remarks = """
    | dialect | what happens |
    |---|---|
    | `itsyouonline` | `method` to the refresh endpoint with the token as bearer and `validity` in the query; the answer is the bare JWT |
    | `rfc6749` | the refresh token grant; an issuer that replaces refresh tokens refuses the old one if a crash hits between its answer and our journal: then mint anew |

    With more time left the token is given back as it is and the step counts as unchanged. A token that says no end is always refreshed.

    | code | cause |
    |---|---|
    | `jwt.denied` | the issuer does not accept the token any more |
    | `jwt.endpoint`, `jwt.malformed`, `jwt.expired` | as for jwt.mint |
    """, Example = """
    - id: fresh
      uses: jwt.refresh
      with:
        dialect: itsyouonline
        url: https://itsyou.online/v1/oauth/jwt/refresh
        token: ${{ secrets.token }}
        before: 30m
    """)]
internal sealed class JwtRefresh : Activity<JwtRefreshInput, JwtRefreshOutput>
{
    protected override Task<Check<JwtRefreshOutput>> CheckAsync(JwtRefreshInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var token = JwtToken.TryParse(input.Token.Reveal());
        var end = token?.ExpiresAt ?? input.Token.ExpiresAt;
        if (end is null) return Task.FromResult(Check<JwtRefreshOutput>.Unknown($"asks {input.Url} to refresh a token that says no end"));
        var left = end.Value - context.Time.GetUtcNow();
        // Not "differs": the input stays the old token, so a second look would still find it old.
        return Task.FromResult(left <= input.Before
            ? Check<JwtRefreshOutput>.Unknown($"asks {input.Url} to refresh a token that {(left > TimeSpan.Zero ? $"ends in {Durations.Format(left)}" : "has ended")}")
            : Check<JwtRefreshOutput>.Satisfied(new JwtRefreshOutput
            {
                Token = input.Token, RefreshToken = input.RefreshToken, ExpiresAt = end, Claims = (token?.Public ?? Value.EmptyMap).Entries, Refreshed = false,
            }));
    }

    protected override async Task<Outcome<JwtRefreshOutput>> ApplyAsync(JwtRefreshInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var endpoint = new TokenEndpoint(context, input.Url, input.CaCertificate);
        var token = input.Token.Reveal();
        var grant = input.Dialect switch
        {
            JwtDialect.Itsyouonline => await endpoint.AskAsync(
                input.Method == JwtRefreshMethod.Get ? HttpMethod.Get : HttpMethod.Post,
                input.Validity is { } validity ? [("validity", ((long)validity.TotalSeconds).ToString(CultureInfo.InvariantCulture))] : [], null,
                new Dictionary<string, string> { ["Authorization"] = "bearer " + token }, [token], cancellationToken).ConfigureAwait(false),
            JwtDialect.Rfc6749 => await Rfc6749Async(input, endpoint, cancellationToken).ConfigureAwait(false),
            _ => throw new FailureException("input.invalid", FailureKind.Permanent, "a local token is not refreshed: mint a new one with jwt.mint"),
        };
        context.Log(grant.ExpiresAt is { } end ? $"refreshed until {JwtToken.Show(end)}" : "refreshed");
        return Outcome<JwtRefreshOutput>.Changes(new JwtRefreshOutput
        {
            Token = Secret.FromPlainText(grant.Token, grant.ExpiresAt), RefreshToken = grant.RefreshToken is { } next ? Secret.FromPlainText(next) : input.RefreshToken,
            ExpiresAt = grant.ExpiresAt, Claims = grant.Claims.Entries, Refreshed = true,
        });
    }

    private static Task<Grant> Rfc6749Async(JwtRefreshInput input, TokenEndpoint endpoint, CancellationToken cancellationToken)
    {
        var refresh = (input.RefreshToken ?? throw Missing("refreshToken")).Reveal();
        var secret = (input.ClientSecret ?? throw Missing("clientSecret")).Reveal();
        List<(string, string)> form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        var headers = ClientAuthentication.Add(input.ClientAuth, input.ClientId ?? throw Missing("clientId"), secret, form);
        return endpoint.AskAsync(HttpMethod.Post, [], form, headers, [refresh, secret], cancellationToken);
    }

    private static FailureException Missing(string field) => new("input.invalid", FailureKind.Permanent, $"input `{field}` is required for this dialect");
}

/// <summary>Verb of an itsyouonline refresh; both were in use.</summary>
internal enum JwtRefreshMethod
{
    /// <summary>POST.</summary>
    Post,

    /// <summary>GET.</summary>
    Get,
}

internal sealed record JwtRefreshInput
{
    [Field("Manner of speaking: itsyouonline or rfc6749.")]
    public required JwtDialect Dialect { get; init; }

    [Field("Refresh endpoint of itsyouonline, token endpoint of rfc6749, as seen from the target.", Format = "url")]
    public required string Url { get; init; }

    [Field("The token.")]
    public required Secret Token { get; init; }

    [Field("How much of its time may be left at most for it to be refreshed.", Min = 0)]
    public TimeSpan Before { get; init; } = TimeSpan.FromMinutes(30);

    [Field("How long the new token is to be good; absent = the issuer's choice. Ignored by rfc6749.", Min = 1)]
    public TimeSpan? Validity { get; init; }

    [Field("Verb of the itsyouonline refresh.")]
    public JwtRefreshMethod Method { get; init; } = JwtRefreshMethod.Post;

    [Field("The refresh token. Required for rfc6749.")]
    public Secret? RefreshToken { get; init; }

    [Field("Client id. Required for rfc6749.")]
    public string? ClientId { get; init; }

    [Field("Client secret. Required for rfc6749.")]
    public Secret? ClientSecret { get; init; }

    [Field("How rfc6749 names the client: in a header or in the form.")]
    public JwtClientAuth ClientAuth { get; init; } = JwtClientAuth.Basic;

    [Field("PEM text, or the path of a PEM file on the target, of what is trusted instead of the system's authorities.", Format = "multiline")]
    public string? CaCertificate { get; init; }
}

internal sealed record JwtRefreshOutput : JwtMintOutput
{
    [Field("True when this step got a new token.")]
    public bool Refreshed { get; init; }
}
