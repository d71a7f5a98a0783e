using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Lab;
using static Orchestrator.Server.Tests.Triggers.StudioModel;

namespace Orchestrator.Server.Tests.Hooks;

/// <summary>What requests bring to an endpoint: forms, files, and the limits that it sets them.</summary>
public sealed class EndpointUploadTests : EndpointFixture
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 4096).Select(number => (byte)(number * 7))];

    [Fact]
    public async Task Multipart_FieldsAndFiles_AreOutputsAndTheBytesComeBackUnchanged()
    {
        await SaveAsync(Of("upload", Endpoint("upload"), Activity("wf", "WriteFileHttpResponse", ("content", "JavaScript", "getOutputFrom('he', 'File')"))));
        using var form = Form(("scan", "../../etc/Scan Ä.png", "image/png", Bytes), ("note", "b.txt", "text/plain", "hi"u8.ToArray()));
        form.Add(new StringContent("ann"), "who");
        form.Add(new StringContent("1"), "tag");
        form.Add(new StringContent("2"), "tag");

        var answer = await Client.PostAsync("/workflows/upload", form);

        Assert.Equal((HttpStatusCode.OK, "image/png", "Scan Ä.png"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), answer.Content.Headers.ContentDisposition?.FileNameStar));
        Assert.Equal(Bytes, await answer.Content.ReadAsByteArrayAsync());
        var fields = await OutputAsync(answer, "parsedContent");
        Assert.Equal(Value.Map(("who", Value.Of("ann")), ("tag", Value.List(Value.Of("1"), Value.Of("2")))), fields);
        var files = Assert.IsType<ListValue>(await OutputAsync(answer, "files")).Items;
        Assert.Equal([("scan", "Scan Ä.png", 4096m), ("note", "b.txt", 2m)], files.Select(file => (file.Get("name")!.AsString(), file.Get("fileName")!.AsString(), (decimal)((NumberValue)file.Get("length")!).Number)));
        Assert.Equal(Value.Of(Convert.ToBase64String(Bytes)), (await OutputAsync(answer, "file")).Get("content"));
    }

    [Fact]
    public async Task OtherContent_IsAFileOrDataAsItsTypeSays()
    {
        await SaveAsync(Of("any", Endpoint("any"), Answer("wr", "getOutputFrom('he', 'ParsedContent')")));
        async Task<string> SendAsync(string type, byte[] body)
        {
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            return await (await Client.PostAsync("/workflows/any", content)).Content.ReadAsStringAsync();
        }

        Assert.Equal("""{"a":1}""", await SendAsync("application/json", """{"a": 1}"""u8.ToArray()));
        Assert.Equal("""{"a":"1","b":["x y","z"]}""", await SendAsync("application/x-www-form-urlencoded", "a=1&b=x+y&b=z"u8.ToArray()));
        Assert.Equal("<a/>", await SendAsync("application/xml", "<a/>"u8.ToArray()));
        // A file that is answered with goes out as its bytes.
        Assert.Equal("PK", await SendAsync("application/zip", "PK"u8.ToArray()));
    }

    [Theory]
    [InlineData("fileSizeLimit", "4095", 413, "endpoint.tooLarge", "File too large")]
    [InlineData("allowedFileExtensions", """[".pdf","jpg"]""", 415, "endpoint.fileType", "Invalid file extension")]
    [InlineData("blockedFileExtensions", """["PNG"]""", 415, "endpoint.fileType", "Invalid file extension")]
    [InlineData("allowedMimeTypes", """["image/jpeg"]""", 415, "endpoint.fileType", "Invalid file MIME type")]
    [InlineData("requestSizeLimit", "4096", 413, "endpoint.tooLarge", "Request too large")]
    public async Task BrokenLimit_IsRefusedBeforeARun_OrLeavesByItsOutcome(string setting, string value, int status, string code, string outcome)
    {
        await SaveAsync(Of("plain", Endpoint("plain", (setting, value)), Answer("wr", "'taken'")));
        var exposed = Of("exposed", Endpoint("exposed", (setting, value), ($"expose{outcome.Replace("file", "File", StringComparison.Ordinal).Replace("extension", "Extension", StringComparison.Ordinal)
            .Replace("type", "Type", StringComparison.Ordinal).Replace("MIME", "Mime", StringComparison.Ordinal).Replace("too large", "TooLarge", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)}Outcome", "True")),
            Answer("wr", "JSON.stringify([getOutputFrom('he', 'Files').length, getOutputFrom('he', 'File')])"));
        exposed["root"]!["connections"]![0]!["source"]!["port"] = outcome;
        await SaveAsync(exposed);

        using (var form = Form(("scan", "scan.png", "image/png", Bytes)))
        {
            var refused = await ProblemOf(await Client.PostAsync("/workflows/plain", form));
            Assert.Equal((status, code), (refused.Status, refused.Code));
        }

        Assert.Empty(await RunsAsync());
        using (var form = Form(("scan", "scan.png", "image/png", Bytes)))
        {
            var taken = await Client.PostAsync("/workflows/exposed", form);
            // What broke the rule is not kept.
            Assert.Equal((HttpStatusCode.OK, "[0,null]"), (taken.StatusCode, await taken.Content.ReadAsStringAsync()));
        }

        using var small = Form(("scan", "scan.jpg", "image/jpeg", [1]));
        Assert.Equal("taken", await (await Client.PostAsync("/workflows/plain", small)).Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("multipart/form-data", "x", "boundary")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhalf", "no multipart form")]
    [InlineData("multipart/form-data; boundary=b", "nothing", "no multipart form")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n", "Content-Disposition")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\u00ff\r\n--b--\r\n", "UTF-8")]
    [InlineData("application/json", "{", "JSON")]
    public async Task MalformedBody_Is400AndStartsNothing(string type, string body, string says)
    {
        await SaveAsync(Of("any", Endpoint("any"), Answer("wr", "'taken'")));
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var refused = await ProblemOf(await Client.PostAsync("/workflows/any", content));

        Assert.Equal((400, "hook.malformed"), (refused.Status, refused.Code));
        Assert.Contains(says, refused.Detail);
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task Multipart_OfManyParts_IsRefused()
    {
        await SaveAsync(Of("any", Endpoint("any"), Answer("wr", "'taken'")));
        async Task<HttpResponseMessage> SendAsync(int parts)
        {
            using var form = new MultipartFormDataContent();
            for (var i = 0; i < parts; i++) form.Add(new StringContent("x"), $"f{i}");
            return await Client.PostAsync("/workflows/any", form);
        }

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(256)).StatusCode);
        Assert.Contains("256 parts", (await ProblemOf(await SendAsync(257))).Detail);
        Assert.Single(await RunsAsync());
    }

    [Theory]
    [InlineData("requestSizeLimit", "many")]
    [InlineData("requestTimeout", "soon")]
    public async Task SettingThatCannotBeRead_IsSaidAndTheEndpointTakesNothing(string setting, string value)
    {
        await SaveAsync(Of("any", Endpoint("any", (setting, value)), Answer("wr", "'taken'")));

        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync("/workflows/any")).StatusCode);
        Assert.Contains(Server.Said, line => line.Contains($"`{setting}` must be", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TooMuchAtOnce_IsToldToComeAgain()
    {
        await SaveAsync(Of("large", Endpoint("large", ("requestSizeLimit", "33554432")), Answer("wr", "'taken'")));
        using var open = new CancellationTokenSource();
        // Asks before it sends, so that it hears an answer that comes before its body has gone.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(5) }) { BaseAddress = Client.BaseAddress, DefaultRequestHeaders = { ExpectContinue = true } };
        var sending = Enumerable.Range(0, 3).Select(_ => patient.PostAsync("/workflows/large", new Stalled(), open.Token)).ToArray();

        // Two fit, and stay; whichever came last is answered.
        var answered = await Task.WhenAny(sending).WaitAsync(TimeSpan.FromSeconds(60));
        var answer = await answered;
        Assert.Equal((503, "endpoint.busy"), ((await ProblemOf(answer)) is var busy ? (busy.Status, busy.Code) : default));
        Assert.Equal("1", answer.Headers.RetryAfter?.ToString());

        await open.CancelAsync();
        foreach (var sent in sending.Where(sent => sent != answered)) await Assert.ThrowsAnyAsync<Exception>(() => sent);
        await Eventually.TrueAsync(async () => await (await Client.PostAsync("/workflows/large", new StringContent("x"))).Content.ReadAsStringAsync() == "taken");
    }

    /// <summary>A body that says it is 32 MiB long and of which one byte comes.</summary>
    private sealed class Stalled : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[1], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 32 * 1024 * 1024;
            return true;
        }
    }
}
