using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Orchestrator.Lab;

/// <summary>Runs the issuer until it is told to stop; prints one line of JSON when it is ready.</summary>
internal static class IssuerProgram
{
    public static async Task<int> RunAsync(IReadOnlyDictionary<string, string> options)
    {
        await using var issuer = await TokenIssuer.StartAsync(
            new TokenIssuerOptions
            {
                Listen = IPAddress.Parse(options.GetValueOrDefault("--listen", "127.0.0.1")),
                Port = ushort.Parse(options.GetValueOrDefault("--port", "0"), NumberStyles.None, CultureInfo.InvariantCulture),
                Data = options.GetValueOrDefault("--data", "."),
            },
            TimeProvider.System);
        Console.WriteLine(JsonSerializer.Serialize(new { url = issuer.Url, publicKey = issuer.PublicKey, clients = issuer.ClientsFile }));
        await issuer.WaitForShutdownAsync();
        return 0;
    }
}
