using System.Net.Sockets;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Targets;

/// <summary>Streams to ports and sockets of this machine, also inside another network namespace.</summary>
internal static class LocalSockets
{
    public static async Task<Stream> OpenAsync(StreamAddress address, string? namespacePath, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            if (address.SocketPath is { } path)
            {
                socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                socket = namespacePath is null ? NewTcpSocket() : NewTcpSocketIn(namespacePath);
                await socket.ConnectAsync(address.Host!, address.Port, cancellationToken).ConfigureAwait(false);
                socket.NoDelay = true;
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException problem)
        {
            socket?.Dispose();
            throw new FailureException("target.unreachable", FailureKind.Transient, $"cannot connect to {address}: {problem.Message}", problem);
        }
        catch (OperationCanceledException)
        {
            socket?.Dispose();
            throw;
        }
    }

    private static Socket NewTcpSocket() => new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };

    /// <summary>
    /// A socket stays in the namespace it was made in, and a namespace belongs to a thread: so a thread of its own enters the namespace, makes the
    /// socket and ends. No other thread ever leaves the machine's own namespace, and no helper program is needed.
    /// </summary>
    private static Socket NewTcpSocketIn(string namespacePath)
    {
        Socket? socket = null;
        Exception? problem = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle(namespacePath);
                Libc.EnterNetworkNamespace(file);
                socket = NewTcpSocket();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
            {
                problem = error;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new FailureException(
            "target.unreachable", FailureKind.Transient, $"cannot enter network namespace {namespacePath}: {problem!.Message}", problem);
    }
}
