using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using static Orchestrator.Server.Tests.Triggers.StudioModel;

namespace Orchestrator.Server.Tests.Hooks;

/// <summary>What endpoints answer with.</summary>
public sealed class EndpointResponseTests : EndpointFixture
{
    [Theory]
    [InlineData("NoContent", 204)]
    [InlineData("205", 205)]
    [InlineData("NotModified", 304)]
    public async Task StatusWithoutBody_HasNone(string status, int code)
    {
        await SaveAsync(Of("quiet", Endpoint("quiet"), Activity("wr", "WriteHttpResponse", ("statusCode", "HttpStatusCode", status), ("content", "Object", "not sent"))));

        var answer = await Client.GetAsync("/workflows/quiet");

        Assert.Equal((code, "", null), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType));
        // The connection is whole: nothing of a body is left on it.
        Assert.Equal(code, (int)(await Client.GetAsync("/workflows/quiet")).StatusCode);
    }

    [Theory]
    [InlineData("Transfer-Encoding", "chunked", "belongs to the connection")]
    [InlineData("connection", "close", "belongs to the connection")]
    [InlineData("Content-Length", "5", "belongs to the connection")]
    [InlineData("X-Split", "a\\r\\nSet-Cookie: b=c", "line break")]
    [InlineData("Bad Name", "a", "name of a header")]
    public async Task HeaderThatCannotGoOut_Is500AndNothingOfItIsSent(string name, string value, string says)
    {
        var response = Activity("wr", "WriteHttpResponse", ("content", "Object", "body"));
        response["responseHeaders"] = new JsonObject
        {
            ["typeName"] = "HttpHeaders",
            ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = $"({{'X-Good': 'yes', '{name}': '{value}'}})" },
        };
        await SaveAsync(Of("headers", Endpoint("headers"), response));

        var answer = await Client.GetAsync("/workflows/headers");

        var problem = await ProblemOf(answer);
        Assert.Equal((500, "endpoint.response"), (problem.Status, problem.Code));
        Assert.Contains(says, problem.Detail);
        Assert.False(answer.Headers.Contains("X-Good") || answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Headers_GoOut_AndTheirContentTypeCounts()
    {
        var response = Activity("wr", "WriteHttpResponse", ("content", "Object", "a,b"));
        response["responseHeaders"] = new JsonObject
        {
            ["typeName"] = "HttpHeaders",
            ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "({'X-One': ['a', 'b'], 'Content-Type': 'text/csv'})" },
        };
        await SaveAsync(Of("headers", Endpoint("headers"), response));

        var answer = await Client.GetAsync("/workflows/headers");

        Assert.Equal(("text/csv", "a,b"), (answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync()));
        Assert.Equal(["a", "b"], answer.Headers.GetValues("X-One").SelectMany(text => text.Split(", ")));
        using var head = new HttpRequestMessage(HttpMethod.Head, "/workflows/headers");
        var none = await Client.SendAsync(head);
        Assert.Equal((HttpStatusCode.OK, 3L, ""), (none.StatusCode, none.Content.Headers.ContentLength, await none.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("'a,b'", "", "text/plain", "file.txt", "a,b")]
    [InlineData("'a,b'", "list.csv", "text/plain", "list.csv", "a,b")]
    [InlineData("({a: 1})", "", "application/json", "file.json", """{"a":1}""")]
    [InlineData("bytesFromBase64('aGk=')", "x.pdf", "application/pdf", "x.pdf", "hi")]
    [InlineData("({fileName: '../up.txt', contentType: 'text/x', content: 'aGk='})", "", "text/x", "up.txt", "hi")]
    public async Task File_OfEachKind_HasItsBytesTypeAndName(string content, string given, string type, string name, string bytes)
    {
        await SaveAsync(Of("file", Endpoint("file"), Activity("wf", "WriteFileHttpResponse", ("content", "JavaScript", content), ("filename", "String", given))));

        var answer = await Client.GetAsync("/workflows/file");

        Assert.Equal((HttpStatusCode.OK, type, bytes), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync()));
        Assert.Equal(("attachment", name), (answer.Content.Headers.ContentDisposition?.DispositionType, answer.Content.Headers.ContentDisposition?.FileName?.Trim('"')));
    }

    [Fact]
    public async Task SeveralFiles_AreAZipWithNamesOfTheirOwn()
    {
        const string script = "[({fileName: 'a.txt', content: 'aGk='}), 'plain', ({fileName: 'a.txt', content: 'aG8='})]";
        await SaveAsync(Of("zip", Endpoint("zip"), Activity("wf", "WriteFileHttpResponse", ("content", "JavaScript", script))));

        var answer = await Client.GetAsync("/workflows/zip");

        Assert.Equal(("application/zip", "download.zip"), (answer.Content.Headers.ContentType?.ToString(), answer.Content.Headers.ContentDisposition?.FileName));
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        Assert.Equal(["a.txt=hi", "file.txt=plain", "a-2.txt=ho"], zip.Entries.Select(entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return $"{entry.FullName}={reader.ReadToEnd()}";
        }));
    }

    [Fact]
    public async Task ResumableFile_GivesRangesAndKnowsItsTag()
    {
        await SaveAsync(Of("file", Endpoint("file"), Activity("wf", "WriteFileHttpResponse", ("content", "Object", "0123456789"), ("enableResumableDownloads", "Boolean", true))));
        var whole = await Client.GetAsync("/workflows/file");
        using var range = new HttpRequestMessage(HttpMethod.Get, "/workflows/file") { Headers = { Range = new RangeHeaderValue(4, 6), IfRange = new RangeConditionHeaderValue(whole.Headers.ETag!) } };
        using var again = new HttpRequestMessage(HttpMethod.Get, "/workflows/file") { Headers = { IfNoneMatch = { whole.Headers.ETag! } } };

        var part = await Client.SendAsync(range);
        var same = await Client.SendAsync(again);

        Assert.Equal((HttpStatusCode.PartialContent, "456", 10L), (part.StatusCode, await part.Content.ReadAsStringAsync(), part.Content.Headers.ContentRange?.Length));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Fact]
    public async Task NoFile_IsNoContent()
    {
        await SaveAsync(Of("none", Endpoint("none"), Activity("wf", "WriteFileHttpResponse", ("content", "JavaScript", "null"))));
        Assert.Equal(HttpStatusCode.NoContent, (await Client.GetAsync("/workflows/none")).StatusCode);
    }

    [Fact]
    public async Task RunThatTakesLonger_Is504AndGoesOn()
    {
        var busy = Activity("p", "", ("script", "String", "sleep 30"));
        busy["type"] = "run";
        await SaveAsync(Of("slow", Endpoint("slow", ("requestTimeout", "00:00:00.2")), busy));

        var answer = await Client.GetAsync("/workflows/slow");

        Assert.Equal((504, "endpoint.timeout"), (await ProblemOf(answer)) is var late ? (late.Status, late.Code) : default);
        var run = answer.Headers.GetValues("X-Run-Id").Single();
        Assert.Equal($"/api/v1/runs/{run}", answer.Headers.Location?.OriginalString);
        Assert.Equal(RunStatus.Running, (await Server.Store.FindRunAsync(run, CancellationToken.None))!.Status);
    }

    [Fact]
    public async Task TwoRequestsForOneWait_OneIsAnsweredAndTheOtherTold()
    {
        await SaveAsync(Of("two", Endpoint("first"), Answer("r1", "'one'"), Activity("second", "HttpEndpoint", ("path", "String", "second")), Answer("r2", "'two'")));
        Assert.Equal("one", await Client.GetStringAsync("/workflows/first"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Client.GetAsync("/workflows/second")));

        var taken = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal("two", await taken.Content.ReadAsStringAsync());
        Assert.All(answers.Where(answer => answer != taken), answer => Assert.True(answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound, answer.StatusCode.ToString()));
        Assert.Equal(RunStatus.Completed, (await Server.Engine.WaitAsync(taken.Headers.GetValues("X-Run-Id").Single(), CancellationToken.None)).Status);
    }
}
