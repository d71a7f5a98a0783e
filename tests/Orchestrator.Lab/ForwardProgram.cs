using System.Net;
using System.Net.Sockets;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Lab;

/// <summary>Listens here and connects in a network namespace, through the product's own local target.</summary>
internal static class ForwardProgram
{
    public static async Task<int> RunAsync(IReadOnlyDictionary<string, string> options)
    {
        var listen = Endpoint(options, "--listen");
        var to = Endpoint(options, "--to");
        if (!IPAddress.IsLoopback(listen.Address)) throw new FormatException("--listen must be a loopback address: what the lab serves is nobody else's business");
        await using var target = await BuiltinTargets.OpenAsync("lab", "local", Value.Map(("netns", Value.Of(options.GetValueOrDefault("--netns")))), CancellationToken.None);
        using var listener = new TcpListener(listen);
        listener.Start();
        Console.WriteLine($"forwarding {listener.LocalEndpoint} to {to}");
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync();
            _ = CarryAsync(client, target, StreamAddress.Tcp(to.Address.ToString(), to.Port));
        }
    }

    /// <summary>Carries one connection until both sides have ended; a side that breaks ends it.</summary>
    private static async Task CarryAsync(TcpClient client, Target target, StreamAddress to)
    {
        using (client)
        {
            try
            {
                await using var far = await target.OpenStreamAsync(to, CancellationToken.None);
                var near = client.GetStream();
                await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near).ContinueWith(_ => client.Client.Shutdown(SocketShutdown.Send), TaskScheduler.Default));
            }
            catch (Exception error) when (error is IOException or SocketException or FailureException)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }
        }
    }

    private static IPEndPoint Endpoint(IReadOnlyDictionary<string, string> options, string name) =>
        IPEndPoint.TryParse(options.GetValueOrDefault(name, ""), out var endpoint) ? endpoint : throw new FormatException($"{name} must be ADDRESS:PORT");
}
