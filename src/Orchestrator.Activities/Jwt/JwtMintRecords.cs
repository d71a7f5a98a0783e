using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Jwt;

/// <summary>Who makes the token, and in which manner of speaking.</summary>
internal enum JwtDialect
{
    /// <summary>itsyou.online: everything in the query, a bare JWT back.</summary>
    Itsyouonline,

    /// <summary>OAuth2 as RFC 6749 has it.</summary>
    Rfc6749,

    /// <summary>A key of one's own.</summary>
    Local,
}

/// <summary>How a client of RFC 6749 says who it is.</summary>
internal enum JwtClientAuth
{
    /// <summary>HTTP basic authentication.</summary>
    Basic,

    /// <summary>Fields of the form.</summary>
    Post,
}

internal sealed record JwtMintInput
{
    [Field("Who makes the token.")]
    public required JwtDialect Dialect { get; init; }

    [Field("Token endpoint, as seen from the target. Required unless `dialect` is local.", Format = "url")]
    public string? Url { get; init; }

    [Field("Client id. Required unless `dialect` is local.")]
    public string? ClientId { get; init; }

    [Field("Client secret. Required unless `dialect` is local.")]
    public Secret? ClientSecret { get; init; }

    [Field("How rfc6749 names the client: in a header or in the form.")]
    public JwtClientAuth ClientAuth { get; init; } = JwtClientAuth.Basic;

    [Field("Organization: the `user:memberof:` scope of itsyouonline, the `azp` claim of a local token. Ignored by rfc6749.")]
    public string? Organization { get; init; }

    [Field("Scopes to ask for. With itsyouonline they replace the scopes made from `organization`.")]
    public IReadOnlyList<string> Scopes { get; init; } = [];

    [Field("How long the token is to be good. Absent = the issuer's choice, an hour for a local one. rfc6749 cannot ask for it.", Min = 1)]
    public TimeSpan? Validity { get; init; }

    [Field("PEM text, or the path of a PEM file on the target, of what is trusted instead of the system's authorities.", Format = "multiline")]
    public string? CaCertificate { get; init; }

    [Field("Signature of a local token.")]
    public JwtAlgorithm Algorithm { get; init; } = JwtAlgorithm.ES256;

    [Field("Key of a local token: private PEM, or for HS256 a shared secret of at least 32 bytes.")]
    public Secret? Key { get; init; }

    [Field("File on the target with the key of a local token, instead of `key`.", Format = "path")]
    public string? KeyPath { get; init; }

    [Field("Name of the key, for a local token's header.")]
    public string? KeyId { get; init; }

    [Field("`iss` of a local token.")]
    public string? Issuer { get; init; }

    [Field("`sub` of a local token.")]
    public string? Subject { get; init; }

    [Field("`aud` of a local token.")]
    public string? Audience { get; init; }

    [Field("More claims of a local token; they win over the ones above.")]
    public IReadOnlyDictionary<string, Value> Claims { get; init; } = new Dictionary<string, Value>();
}

internal record JwtMintOutput
{
    [Field("The token.")]
    public Secret? Token { get; init; }

    [Field("Token to refresh it with; null when the issuer gave none.")]
    public Secret? RefreshToken { get; init; }

    [Field("When the token ends; null when nobody says.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Field("The claims that are safe to show: who, for whom, until when, which scopes. Empty for a token that is no JWT.")]
    public IReadOnlyDictionary<string, Value> Claims { get; init; } = new Dictionary<string, Value>();

    /// <summary>From what an issuer gave.</summary>
    public static JwtMintOutput From(Grant grant) => new()
    {
        Token = Secret.FromPlainText(grant.Token, grant.ExpiresAt), RefreshToken = grant.RefreshToken is { } refresh ? Secret.FromPlainText(refresh) : null,
        ExpiresAt = grant.ExpiresAt, Claims = grant.Claims.Entries,
    };
}
