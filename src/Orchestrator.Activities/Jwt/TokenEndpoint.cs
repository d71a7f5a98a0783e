using System.Globalization;
using System.Text;
using Orchestrator.Activities.Http;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Jwt;

/// <summary>What an issuer gave.</summary>
/// <param name="Token">The token.</param>
/// <param name="RefreshToken">For the next time; null when there is none.</param>
/// <param name="ExpiresAt">From the token itself, else from the answer; null when neither says.</param>
/// <param name="Claims">The claims that are safe to show; empty for an opaque token.</param>
internal sealed record Grant(string Token, string? RefreshToken, DateTimeOffset? ExpiresAt, MapValue Claims);

/// <summary>
/// Asks an issuer for tokens. What it sends is secret, in one dialect even in the query, and an issuer may quote it in its answer: no message holds a query or an answer,
/// except the two fields that RFC 6749 (5.2) has for people, and these only without the secrets that were sent.
/// </summary>
internal sealed class TokenEndpoint(ActivityContext context, string url, string? caCertificate)
{
    /// <summary>Sends a request and reads the grant. Fails with <c>jwt.denied</c>, <c>jwt.endpoint</c> or <c>jwt.malformed</c>.</summary>
    /// <param name="method">Verb.</param>
    /// <param name="query">Parameters for the query, in order; may be empty.</param>
    /// <param name="form">Parameters for the body, in order; null = no body.</param>
    /// <param name="headers">Headers.</param>
    /// <param name="secrets">What of all this must not be shown.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Grant> AskAsync(
        HttpMethod method, IReadOnlyList<(string, string)> query, IReadOnlyList<(string, string)>? form, IReadOnlyDictionary<string, string> headers,
        IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            throw new FailureException("input.invalid", FailureKind.Permanent, "input `url` must be an absolute http or https address");
        var address = query.Count == 0 ? endpoint : new UriBuilder(endpoint) { Query = Encode(query) }.Uri;
        var call = new HttpCall(method, address)
        {
            Headers = headers, Body = form is null ? null : Encoding.UTF8.GetBytes(Encode(form)), ContentType = "application/x-www-form-urlencoded",
        };
        using var http = await TargetHttp.OpenAsync(context, caCertificate, insecure: false, cancellationToken).ConfigureAwait(false);
        var answer = await http.SendAsync(call, cancellationToken).ConfigureAwait(false);
        var json = PlainJson.TryParse(answer.Text) as MapValue;
        if (!answer.Ok) throw Refused(call, answer, json, secrets);
        return Read(answer.Text.Trim().Trim('"'), json);
    }

    private Grant Read(string text, MapValue? json)
    {
        var token = json is null ? text : json.Get("access_token")?.AsString() ?? json.Get("id_token")?.AsString();
        if (string.IsNullOrEmpty(token) || token.Any(char.IsWhiteSpace) || token.Length > JwtToken.MaxLength)
            throw new FailureException("jwt.malformed", FailureKind.Permanent, $"{url} answered without a token");
        // An issuer that answers with the bare token must answer with a JWT: everything else there is an error page.
        var jwt = json is null ? JwtToken.Parse(token) : JwtToken.TryParse(token);
        var expires = jwt?.ExpiresAt ?? (json?.Get("expires_in") is NumberValue seconds ? context.Time.GetUtcNow().AddSeconds(Math.Floor(seconds.Number)) : null);
        if (expires <= context.Time.GetUtcNow())
            throw new FailureException("jwt.expired", FailureKind.Permanent, $"{url} gave a token that ended {JwtToken.Show(expires.Value)}: check the clocks of issuer and engine");
        return new Grant(token, json?.Get("refresh_token")?.AsString(), expires, jwt?.Public ?? Value.EmptyMap);
    }

    private static FailureException Refused(HttpCall call, HttpAnswer answer, MapValue? json, IReadOnlyList<string> secrets)
    {
        var words = string.Join(": ", new[] { json?.Get("error")?.AsString(), json?.Get("error_description")?.AsString() }.Where(word => !string.IsNullOrEmpty(word)));
        if (secrets.Any(secret => secret.Length > 0 && words.Contains(secret, StringComparison.Ordinal))) words = "";
        var message = string.Create(CultureInfo.InvariantCulture, $"{call} answered {answer.Status} {answer.Reason}{(words.Length == 0 ? "" : $" ({(words.Length <= 200 ? words : words[..200])})")}");
        if (answer.IsPassing) return new FailureException("jwt.endpoint", FailureKind.Transient, message);
        return answer.Status is 400 or 401 or 403
            ? new FailureException("jwt.denied", FailureKind.Permanent, $"{message}: the issuer does not accept these credentials")
            : new FailureException("jwt.endpoint", FailureKind.Permanent, message);
    }

    private static string Encode(IReadOnlyList<(string Name, string Value)> fields) =>
        string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"));
}
