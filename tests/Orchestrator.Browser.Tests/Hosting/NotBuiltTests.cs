using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Server.Hosting;

namespace Orchestrator.Browser.Tests.Hosting;

/// <summary>A server that was built without npm.</summary>
public sealed class NotBuiltTests
{
    [Theory]
    [InlineData("/blueprints")]
    [InlineData("/studio/")]
    [InlineData("/studio/workflows/definitions")]
    public async Task Page_BuiltWithoutPages_SaysHowToBuildThem(string path)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.UseRouting();
        new Site(null).Map(app);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };

        using var page = await http.GetAsync(path);
        using var file = await http.GetAsync("/studio/_framework/dotnet.js");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains("studio/build", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
    }
}
