using Orchestrator.Activities.Http;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Jwt;

/// <summary>The algorithm is checked against what the blueprint allows before any key is touched, and a key only works with the algorithm it was made for.</summary>
[Activity("jwt.verify", Effect.Read, "Verify a JWT: signature, time, issuer, audience, organization.", Remarks = """
    Give one of `key`, `sharedSecret` and `jwksUrl`. What is not asked for is not checked, except the signature and the time, which always are. There is no algorithm
    `none`, encrypted tokens and tokens over 16 KiB are refused.

    | code | cause |
    |---|---|
    | `jwt.malformed` | no JWT, encrypted, or too long |
    | `jwt.algorithm` | signed in a way that is not allowed |
    | `jwt.signature` | the signature is wrong |
    | `jwt.expired`, `jwt.notYetValid` | outside its time |
    | `jwt.issuer`, `jwt.audience`, `jwt.organization` | for someone else |
    | `jwt.keySet` | `jwksUrl` gives no usable key; transient |
    """, Example = """
    - id: verified
      uses: jwt.verify
      with:
        token: ${{ secrets.token }}
        key: MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAES5X8XrfKdx9gYayFITc89wad4usrk0n27MjiGYvqalizeSWTHEpnd7oea9IQ8T5oJjMVH5cc0H5tFSKilFFeh//wngxIyny66+Vq5t5B0V0Ehy01+2ceEon2Y0XDkIKv
        organization: ${{ inputs.name }}
    """)]
internal sealed class JwtVerify : Activity<JwtVerifyInput, JwtVerifyOutput>
{
    protected override async Task<Outcome<JwtVerifyOutput>> ApplyAsync(JwtVerifyInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        if (new object?[] { input.Key, input.SharedSecret, input.JwksUrl }.Count(source => source is not null) != 1)
            throw new FailureException("input.invalid", FailureKind.Permanent, "give exactly one of `key`, `sharedSecret` and `jwksUrl`");
        var token = JwtToken.Parse(input.Token.Reveal());
        var algorithm = Allowed(input, token);
        var keys = await KeysAsync(input, token, algorithm, context, cancellationToken).ConfigureAwait(false);
        if (!keys.Any(key => JwtSignature.Verify(algorithm, key, token.SignedPart, token.Signature)))
            throw Refuse("jwt.signature", "its signature was not made with the expected key");
        RequireTime(input, token, context.Time.GetUtcNow());
        RequireParties(input, token);
        return Outcome<JwtVerifyOutput>.Same(new JwtVerifyOutput
        {
            Subject = token.Claims.Get("sub")?.AsString() ?? token.Claims.Get("username")?.AsString(), ExpiresAt = token.ExpiresAt, Claims = token.Public.Entries,
        });
    }

    private static JwtAlgorithm Allowed(JwtVerifyInput input, JwtToken token)
    {
        IReadOnlyList<JwtAlgorithm> allowed = input.SharedSecret is null ? [.. input.Algorithms.Where(algorithm => algorithm != JwtAlgorithm.HS256)] : [JwtAlgorithm.HS256];
        foreach (var algorithm in allowed)
            if (algorithm.ToString() == token.Algorithm) return algorithm;
        var shown = token.Algorithm.Length <= 16 && token.Algorithm.All(char.IsAsciiLetterOrDigit) ? $"`{token.Algorithm}`" : "something else";
        throw Refuse("jwt.algorithm", $"it is signed with {shown}; allowed is {string.Join(", ", allowed)}");
    }

    private static async Task<IReadOnlyList<string>> KeysAsync(JwtVerifyInput input, JwtToken token, JwtAlgorithm algorithm, ActivityContext context, CancellationToken cancellationToken)
    {
        if (input.SharedSecret is { } shared) return [shared.Reveal()];
        if (input.Key is { } key) return [key];
        if (!Uri.TryCreate(input.JwksUrl, UriKind.Absolute, out var url)) throw new FailureException("input.invalid", FailureKind.Permanent, "input `jwksUrl` must be an absolute http or https address");
        using var http = await TargetHttp.OpenAsync(context, input.CaCertificate, insecure: false, cancellationToken).ConfigureAwait(false);
        var answer = await http.SendAsync(new HttpCall(HttpMethod.Get, url), cancellationToken).ConfigureAwait(false);
        var keys = answer.Ok && PlainJson.TryParse(answer.Text) is { } set ? KeySet.Candidates(set, algorithm, token.KeyId) : [];
        return keys.Count > 0 ? keys : throw new FailureException("jwt.keySet", FailureKind.Transient, $"{input.JwksUrl} answered {answer.Status} and gives no {algorithm} key that the token could be signed with");
    }

    private static void RequireTime(JwtVerifyInput input, JwtToken token, DateTimeOffset now)
    {
        if (!input.AllowExpired)
        {
            if (token.ExpiresAt is not { } end) throw Refuse("jwt.expired", "it does not say when it ends");
            if (now >= end + input.Skew) throw Refuse("jwt.expired", $"it ended {JwtToken.Show(end)}");
        }

        if (token.Claims.Get("nbf") is not null && (token.Instant("nbf") is not { } begin || now < begin - input.Skew))
            throw Refuse("jwt.notYetValid", "its time has not come");
    }

    private static void RequireParties(JwtVerifyInput input, JwtToken token)
    {
        if (input.Issuer is { } issuer && token.Claims.Get("iss")?.AsString() != issuer) throw Refuse("jwt.issuer", $"its issuer is {Shown(token, "iss")}, not `{issuer}`");
        if (input.Audience is { } audience && !IsFor(token.Claims.Get("aud"), audience)) throw Refuse("jwt.audience", $"its audience is {Shown(token, "aud")}, not `{audience}`");
        // As the original services had it: the organization's own token, or that of a member.
        if (input.Organization is { } organization && token.Claims.Get("azp")?.AsString() != organization && !token.Scopes.Contains("user:memberof:" + organization))
            throw Refuse("jwt.organization", $"it is neither by `{organization}` nor for a member of it");
    }

    private static bool IsFor(Value? audience, string wanted) =>
        audience is ListValue list ? list.Items.Any(item => item.AsString() == wanted) : audience?.AsString() == wanted;

    private static string Shown(JwtToken token, string claim) => token.Claims.Get(claim) is { } value && value.ToString().Length <= 100 ? $"`{value}`" : "absent";

    private static FailureException Refuse(string code, string why) => new(code, FailureKind.Permanent, $"the token is not accepted: {why}");
}

internal sealed record JwtVerifyInput
{
    [Field("The token.")]
    public required Secret Token { get; init; }

    [Field("The issuer's public key: PEM, or base64 of a SubjectPublicKeyInfo without the PEM lines.", Format = "multiline")]
    public string? Key { get; init; }

    [Field("The secret shared with the issuer; then only HS256 is allowed.")]
    public Secret? SharedSecret { get; init; }

    [Field("Where the issuer publishes its keys, as seen from the target.", Format = "url")]
    public string? JwksUrl { get; init; }

    [Field("PEM text, or the path of a PEM file on the target, of what is trusted instead of the system's authorities. For `jwksUrl`.", Format = "multiline")]
    public string? CaCertificate { get; init; }

    [Field("Signatures that are allowed. Ignored with `sharedSecret`.", MinLength = 1)]
    public IReadOnlyList<JwtAlgorithm> Algorithms { get; init; } = [JwtAlgorithm.ES256, JwtAlgorithm.ES384, JwtAlgorithm.RS256];

    [Field("By how much the clocks of issuer and engine may differ.", Min = 0, Max = 600)]
    public TimeSpan Skew { get; init; } = TimeSpan.FromSeconds(60);

    [Field("True = a token that has ended, or says no end, is accepted.")]
    public bool AllowExpired { get; init; }

    [Field("What `iss` must be.")]
    public string? Issuer { get; init; }

    [Field("What `aud` must be or contain.")]
    public string? Audience { get; init; }

    [Field("Organization that `azp` must name, or `scope` name as `user:memberof:`.")]
    public string? Organization { get; init; }
}

internal sealed record JwtVerifyOutput
{
    [Field("Who it is about: `sub`, else `username`.")]
    public string? Subject { get; init; }

    [Field("When it ends; null when it does not say.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Field("The claims that are safe to show.")]
    public IReadOnlyDictionary<string, Value> Claims { get; init; } = new Dictionary<string, Value>();
}
