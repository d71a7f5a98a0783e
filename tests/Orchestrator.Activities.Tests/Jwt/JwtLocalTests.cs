using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Activities.Jwt;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.Activities.Tests.Jwt;

/// <summary>Tokens signed here, and the ways to forge one.</summary>
public sealed class JwtLocalTests
{
    private static readonly ActivityContext Context = ActivityContexts.For(new LocalTarget { Name = "local" });

    [Theory]
    [InlineData("es256")]
    [InlineData("es384")]
    [InlineData("rs256")]
    public async Task MintLocal_EachAlgorithm_VerifiesWithItsPublicKey(string algorithm)
    {
        var (privatePem, publicPem) = Keys(algorithm);
        var token = await MintAsync(algorithm, privatePem);
        var input = Value.Map(("token", token), ("key", Value.Of(publicPem)), ("issuer", Value.Of("me")), ("audience", Value.Of("you")), ("organization", Value.Of("grid")));
        var output = (await new JwtVerify().ExecuteAsync(input, Context, CancellationToken.None)).Output!;
        Assert.Equal(Value.Of("someone"), output.Get("subject"));
        Assert.Equal("jwt.signature", await RefusedAsync(token, Keys(algorithm).Public));
    }

    [Fact]
    public async Task MintLocal_SharedSecret_VerifiesOnlyWithIt()
    {
        var shared = new string('s', 32);
        var token = await MintAsync("hs256", shared);
        var good = Value.Map(("token", token), ("sharedSecret", Value.Of(shared)));
        Assert.Equal(ActivityResultKind.Done, (await new JwtVerify().ExecuteAsync(good, Context, CancellationToken.None)).Kind);
        Assert.Equal("jwt.signature", await CodeAsync(() => new JwtVerify().ExecuteAsync(good.With("sharedSecret", Value.Of(new string('x', 32))), Context, CancellationToken.None)));
        Assert.Equal("jwt.key", await CodeAsync(() => MintAsync("hs256", "short")));
    }

    [Fact]
    public async Task MintLocal_KeyFileOnTheTarget_IsUsed()
    {
        var file = Path.GetTempFileName();
        var (privatePem, publicPem) = Keys("es256");
        await File.WriteAllTextAsync(file, privatePem);
        var result = await new JwtMint().ExecuteAsync(Value.Map(("dialect", Value.Of("local")), ("keyPath", Value.Of(file))), Context, CancellationToken.None);
        File.Delete(file);
        await new JwtVerify().ExecuteAsync(Value.Map(("token", result.Output!.Get("token")!), ("key", Value.Of(publicPem))), Context, CancellationToken.None);
    }

    [Fact]
    public async Task MintLocal_KeyOfAnotherKind_FailsWithoutQuotingIt()
    {
        var error = await Assert.ThrowsAsync<FailureException>(() => MintAsync("es256", Keys("es384").Private));
        Assert.Equal("the key does not fit ES256: an EC key on P-256, as PEM is needed", error.Message);
        Assert.Equal("jwt.key", (await Assert.ThrowsAsync<FailureException>(() => MintAsync("es256", "no key at all"))).Failure.Code);
    }

    [Fact]
    public async Task Verify_AlgorithmNone_IsRefused()
    {
        var forged = $"{Part("{\"alg\":\"none\"}")}.{Part("{\"sub\":\"admin\",\"exp\":99999999999}")}.";
        Assert.Equal("jwt.algorithm", await RefusedAsync(Value.Of(forged), Keys("es256").Public));
    }

    [Fact]
    public async Task Verify_PublicKeyUsedAsSharedSecret_IsRefused()
    {
        var (_, publicPem) = Keys("rs256");
        var signed = $"{Part("{\"alg\":\"HS256\"}")}.{Part("{\"sub\":\"admin\",\"exp\":99999999999}")}";
        var forged = $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(publicPem), Encoding.ASCII.GetBytes(signed)))}";
        Assert.Equal("jwt.algorithm", await RefusedAsync(Value.Of(forged), publicPem));
    }

    [Fact]
    public async Task Verify_ChangedClaim_IsRefused()
    {
        var (privatePem, publicPem) = Keys("es256");
        var parts = ((SecretValue)await MintAsync("es256", privatePem)).Secret.Reveal().Split('.');
        Assert.Equal("jwt.signature", await RefusedAsync(Value.Of($"{parts[0]}.{Part("{\"sub\":\"admin\",\"exp\":99999999999}")}.{parts[2]}"), publicPem));
    }

    [Fact]
    public async Task Verify_WithoutEnd_IsRefused()
    {
        var (privatePem, publicPem) = Keys("es256");
        var token = JwtToken.Sign(JwtAlgorithm.ES256, privatePem, null, Value.Map(("sub", Value.Of("x"))));
        Assert.Equal("jwt.expired", await RefusedAsync(Value.Of(token), publicPem));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d.e")]
    [InlineData("!.!.!")]
    [InlineData("bm8.bm8.bm8")]
    public async Task Verify_NoToken_IsRefused(string text) => Assert.Equal("jwt.malformed", await RefusedAsync(Value.Of(text), Keys("es256").Public));

    [Fact]
    public async Task Verify_HugeToken_IsRefusedUnread() => Assert.Equal("jwt.malformed", await RefusedAsync(Value.Of(new string('a', 17000)), Keys("es256").Public));

    [Fact]
    public async Task Verify_AlgorithmNotAllowed_IsRefused()
    {
        var (privatePem, publicPem) = Keys("es256");
        var input = Value.Map(("token", await MintAsync("es256", privatePem)), ("key", Value.Of(publicPem)), ("algorithms", Value.List(Value.Of("es384"))));
        Assert.Equal("jwt.algorithm", await CodeAsync(() => new JwtVerify().ExecuteAsync(input, Context, CancellationToken.None)));
    }

    private static async Task<Value> MintAsync(string algorithm, string key) => (await new JwtMint().ExecuteAsync(
        Value.Map(
            ("dialect", Value.Of("local")), ("algorithm", Value.Of(algorithm)), ("key", new SecretValue(Secret.FromPlainText(key))), ("issuer", Value.Of("me")), ("subject", Value.Of("someone")),
            ("audience", Value.Of("you")), ("scopes", Value.List(Value.Of("user:memberof:grid"))), ("claims", Value.Map(("extra", Value.Of(1))))),
        Context, CancellationToken.None)).Output!.Get("token")!;

    private static Task<string> RefusedAsync(Value token, string publicPem) =>
        CodeAsync(() => new JwtVerify().ExecuteAsync(Value.Map(("token", token), ("key", Value.Of(publicPem))), Context, CancellationToken.None));

    private static async Task<string> CodeAsync(Func<Task> act) => (await Assert.ThrowsAsync<FailureException>(act)).Failure.Code;

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static (string Private, string Public) Keys(string algorithm)
    {
        if (algorithm == "rs256")
        {
            using var rsa = RSA.Create(2048);
            return (rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportSubjectPublicKeyInfoPem());
        }

        using var ecdsa = ECDsa.Create(algorithm == "es256" ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384);
        return (ecdsa.ExportPkcs8PrivateKeyPem(), ecdsa.ExportSubjectPublicKeyInfoPem());
    }
}
