// The lab's token issuer. itsyou.online, which the first bootstrap asked for its tokens, has been switched off, and the demo and the tests reach nothing outside their
// own network namespaces; so this program stands in for it, and for any issuer that follows RFC 6749, with real HTTP and real ES384 signatures. It is no part of the
// product: nothing in src knows it.
using System.Net;
using System.Text.Json;
using Orchestrator.Lab;

var options = new TokenIssuerOptions();
for (var i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--listen" when IPAddress.TryParse(value, out var address): options = options with { Listen = address }; break;
        case "--port" when ushort.TryParse(value, out var port): options = options with { Port = port }; break;
        case "--data" when value.Length > 0: options = options with { Data = value }; break;
        default:
            await Console.Error.WriteLineAsync("usage: Orchestrator.Lab [--listen ADDRESS=127.0.0.1] [--port PORT=0] [--data FOLDER=.]");
            return 2;
    }
}

await using var issuer = await TokenIssuer.StartAsync(options, TimeProvider.System);
Console.WriteLine(JsonSerializer.Serialize(new { url = issuer.Url, publicKey = issuer.PublicKey, clients = issuer.ClientsFile }));
await issuer.WaitForShutdownAsync();
return 0;
