using System.Collections.Concurrent;
using System.Text.Json;
using Orchestrator.Activities.Jwt;
using Orchestrator.Activities.Targets;
using Orchestrator.Lab;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.Activities.Tests.Jwt;

/// <summary>Tokens from the lab's issuer over real HTTP. The issuer has its own implementation of signatures.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private const string ClientSecret = "canary/secret+with&signs";
    private readonly ConcurrentQueue<string> _log = new();
    private readonly ShiftedTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("orc-jwt-").FullName;
    private TokenIssuer _issuer = null!;

    private ActivityContext Context => ActivityContexts.For(new LocalTarget { Name = "local" }, _log, _time);

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "clients.json"), JsonSerializer.Serialize(new[] { new LabClient("cluster", ClientSecret, ["grid"]) }, JsonSerializerOptions.Web));
        _issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions { Data = _folder }, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _issuer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        Assert.DoesNotContain(_log, line => line.Contains("canary", StringComparison.Ordinal) || line.Contains("eyJ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mint_ItsYouOnline_SendsExactlyTheOldQuery()
    {
        var output = await MintAsync(("organization", Value.Of("grid")), ("validity", Value.Of("30m")));
        Assert.Equal(
            "POST /v1/oauth/access_token?grant_type=client_credentials&client_id=cluster&client_secret=canary%2Fsecret%2Bwith%26signs&response_type=id_token&scope=user%3Amemberof%3Agrid%2Coffline_access&validity=1800",
            await RequestAsync(0));
        var token = Assert.IsType<SecretValue>(output.Get("token")).Secret;
        Assert.Equal(3, token.Reveal().Split('.').Length);
        Assert.Equal(token.ExpiresAt!.Value.UtcDateTime, DateTime.Parse(output.Get("expiresAt")!.AsString()!, null, System.Globalization.DateTimeStyles.RoundtripKind));
        Assert.InRange(token.ExpiresAt.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30));
        Assert.Equal(Value.Of("cluster"), output.Get("claims")!.Get("azp"));
        Assert.Null(output.Get("claims")!.Get("refresh_token"));
    }

    [Fact]
    public async Task Mint_ItsYouOnlineWithoutOrganization_AsksForOfflineAccessOnly()
    {
        await MintAsync();
        Assert.EndsWith("&response_type=id_token&scope=offline_access", await RequestAsync(0), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("basic")]
    [InlineData("post")]
    public async Task Mint_Rfc6749_GivesTokenAndRefreshToken(string clientAuth)
    {
        var output = await RunAsync(new JwtMint(), Value.Map(
            ("dialect", Value.Of("rfc6749")), ("url", Value.Of(_issuer.Url + "/v1/oauth/access_token")), ("clientId", Value.Of("cluster")), ("clientSecret", Hidden(ClientSecret)),
            ("clientAuth", Value.Of(clientAuth)), ("scopes", Value.List(Value.Of("a"), Value.Of("b")))));
        Assert.Equal(Value.Of("a b"), output.Output!.Get("claims")!.Get("scope"));
        Assert.IsType<SecretValue>(output.Output.Get("refreshToken"));
        Assert.Equal("POST /v1/oauth/access_token", await RequestAsync(0));
    }

    [Theory]
    [InlineData("itsyouonline")]
    [InlineData("rfc6749")]
    public async Task Mint_WrongSecret_IsDeniedForGoodWithoutShowingIt(string dialect)
    {
        var failure = await FailAsync(new JwtMint(), Mint(("dialect", Value.Of(dialect)), ("clientSecret", Hidden("canary-wrong"))));
        Assert.Equal(("jwt.denied", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.StartsWith($"POST {_issuer.Url}/v1/oauth/access_token answered 401", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mint_NotAMember_IsDenied() => Assert.Equal("jwt.denied", (await FailAsync(new JwtMint(), Mint(("organization", Value.Of("other"))))).Code);

    [Fact]
    public async Task Mint_UnavailableTwice_IsTransientTwiceAndThenWorks()
    {
        await PostAsync("/lab/fail?count=2&status=503");
        for (var i = 0; i < 2; i++)
        {
            var failure = await FailAsync(new JwtMint(), Mint());
            Assert.Equal(("jwt.endpoint", FailureKind.Transient), (failure.Code, failure.Kind));
        }

        Assert.NotNull((await MintAsync()).Get("token"));
    }

    [Fact]
    public async Task Mint_IssuerGone_IsTransientWithoutShowingTheQuery()
    {
        var input = Mint();
        await _issuer.DisposeAsync();
        var error = await Assert.ThrowsAsync<FailureException>(() => RunAsync(new JwtMint(), input));
        Assert.Equal(("http.unreachable", FailureKind.Transient), (error.Failure.Code, error.Failure.Kind));
        Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mint_ClockFarAhead_RefusesTheEndedToken()
    {
        _time.Shift = TimeSpan.FromHours(2);
        Assert.Equal("jwt.expired", (await FailAsync(new JwtMint(), Mint())).Code);
    }

    [Fact]
    public async Task Verify_IssuersToken_PassesByKeyAndByKeySet()
    {
        var token = (await MintAsync(("organization", Value.Of("grid")))).Get("token")!;
        var common = new (string, Value)[] { ("token", token), ("issuer", Value.Of("itsyouonline")), ("organization", Value.Of("grid")) };
        var byKey = await RunAsync(new JwtVerify(), Value.Map([.. common, ("key", Value.Of(_issuer.PublicKey))]));
        Assert.Equal(Value.Of("cluster"), byKey.Output!.Get("subject"));
        var bySet = await RunAsync(new JwtVerify(), Value.Map([.. common, ("jwksUrl", Value.Of(_issuer.Url + "/jwks"))]));
        Assert.Equal(byKey.Output, bySet.Output);
    }

    [Theory]
    [InlineData("organization", "other", "jwt.organization")]
    [InlineData("issuer", "other", "jwt.issuer")]
    [InlineData("audience", "other", "jwt.audience")]
    public async Task Verify_TokenForSomeoneElse_IsRefused(string field, string value, string code)
    {
        var token = (await MintAsync()).Get("token")!;
        Assert.Equal(code, (await FailAsync(new JwtVerify(), Value.Map(("token", token), ("key", Value.Of(_issuer.PublicKey)), (field, Value.Of(value))))).Code);
    }

    [Fact]
    public async Task Verify_EndedToken_IsRefusedUnlessAllowed()
    {
        var token = (await MintAsync()).Get("token")!;
        _time.Shift = TimeSpan.FromMinutes(60.5);
        await RunAsync(new JwtVerify(), Value.Map(("token", token), ("key", Value.Of(_issuer.PublicKey)))); // within the skew
        _time.Shift = TimeSpan.FromMinutes(62);
        Assert.Equal("jwt.expired", (await FailAsync(new JwtVerify(), Value.Map(("token", token), ("key", Value.Of(_issuer.PublicKey))))).Code);
        await RunAsync(new JwtVerify(), Value.Map(("token", token), ("key", Value.Of(_issuer.PublicKey)), ("allowExpired", Value.Of(true))));
    }

    [Fact]
    public async Task Refresh_EnoughTimeLeft_ChangesNothing()
    {
        var token = (await MintAsync()).Get("token")!;
        var result = await RunAsync(new JwtRefresh(), Refresh(token));
        Assert.False(result.Changed);
        Assert.Equal(Value.Of(false), result.Output!.Get("refreshed"));
        Assert.Single(await RequestsAsync());
    }

    [Theory]
    [InlineData("post", 31)]
    [InlineData("get", 31)]
    [InlineData("post", 180)]
    public async Task Refresh_NearOrBehindItsEnd_GetsANewOne(string method, int minutes)
    {
        var token = (await MintAsync()).Get("token")!;
        _time.Shift = TimeSpan.FromMinutes(minutes);
        var result = await RunAsync(new JwtRefresh(), Refresh(token).With("method", Value.Of(method)).With("validity", Value.Of("6h")));
        Assert.True(result.Changed);
        Assert.Equal(Value.Of(true), result.Output!.Get("refreshed"));
        Assert.Equal($"{method.ToUpperInvariant()} /v1/oauth/jwt/refresh?validity=21600", await RequestAsync(1));
        Assert.NotEqual(((SecretValue)token).Secret.Reveal(), ((SecretValue)result.Output.Get("token")!).Secret.Reveal());
    }

    [Fact]
    public async Task Refresh_Rfc6749_UsesTheRefreshToken()
    {
        var minted = (await RunAsync(new JwtMint(), Mint(("dialect", Value.Of("rfc6749"))))).Output!;
        _time.Shift = TimeSpan.FromMinutes(50);
        var input = Value.Map(
            ("dialect", Value.Of("rfc6749")), ("url", Value.Of(_issuer.Url + "/v1/oauth/access_token")), ("token", minted.Get("token")!), ("refreshToken", minted.Get("refreshToken")!),
            ("clientId", Value.Of("cluster")), ("clientSecret", Hidden(ClientSecret)));
        Assert.True((await RunAsync(new JwtRefresh(), input)).Changed);
        Assert.Equal("jwt.denied", (await FailAsync(new JwtRefresh(), input.With("refreshToken", minted.Get("token")!))).Code);
    }

    private static Value Hidden(string text) => new SecretValue(Secret.FromPlainText(text));

    private MapValue Mint(params (string, Value)[] more) => Value.Map(
        [("dialect", Value.Of("itsyouonline")), ("url", Value.Of(_issuer.Url + "/v1/oauth/access_token")), ("clientId", Value.Of("cluster")), ("clientSecret", Hidden(ClientSecret)), .. more]);

    private MapValue Refresh(Value token) => Value.Map(("dialect", Value.Of("itsyouonline")), ("url", Value.Of(_issuer.Url + "/v1/oauth/jwt/refresh")), ("token", token));

    private async Task<Value> MintAsync(params (string, Value)[] more) => (await RunAsync(new JwtMint(), Mint(more))).Output!;

    private Task<ActivityResult> RunAsync(Activity activity, MapValue input) => activity.ExecuteAsync(input, Context, CancellationToken.None);

    private async Task<Failure> FailAsync(Activity activity, MapValue input) => (await Assert.ThrowsAsync<FailureException>(() => RunAsync(activity, input))).Failure;

    private async Task<string> RequestAsync(int index) => (await RequestsAsync())[index];

    private async Task<string[]> RequestsAsync()
    {
        using var client = new HttpClient();
        return JsonSerializer.Deserialize<string[]>(await client.GetStringAsync(new Uri(_issuer.Url + "/lab/requests")))!;
    }

    private async Task PostAsync(string path)
    {
        using var client = new HttpClient();
        (await client.PostAsync(new Uri(_issuer.Url + path), null)).EnsureSuccessStatusCode();
    }

    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }
}
