// The lab's two programs that the machine has no real one for.
//
// `issuer` is the token issuer. itsyou.online, which the first bootstrap asked for its tokens, has been switched off, and the demo and the tests reach nothing outside
// their own network namespaces; so this stands in for it, and for any issuer that follows RFC 6749, with real HTTP and real ES384 signatures.
//
// `forward` carries connections from this machine's loopback into one of the lab's network namespaces, so that a browser can look at what the demo made.
//
// Neither is part of the product: nothing in src knows them.
using Orchestrator.Lab;

const string Usage = """
    usage: Orchestrator.Lab issuer [--listen ADDRESS=127.0.0.1] [--port PORT=0] [--data FOLDER=.]
           Orchestrator.Lab forward --listen ADDRESS:PORT --netns NAME --to ADDRESS:PORT
    """;

var options = new Dictionary<string, string>();
for (var i = 1; i + 1 < args.Length; i += 2) options[args[i]] = args[i + 1];
try
{
    switch (args.FirstOrDefault())
    {
        case "issuer" when args.Length % 2 == 1: return await IssuerProgram.RunAsync(options);
        case "forward" when args.Length % 2 == 1: return await ForwardProgram.RunAsync(options);
    }
}
catch (FormatException error)
{
    await Console.Error.WriteLineAsync(error.Message);
}

await Console.Error.WriteLineAsync(Usage);
return 2;
