using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Init.Integration.Harness;

/// <summary>
/// A port of this machine that leads into a container which has no network but its own loopback: each connection's socket is made
/// by a thread that has entered the container's network namespace, and belongs to that namespace from then on.
/// Publishing a port would need a bridge, which an engine inside a virtual machine or another container may not have.
/// </summary>
internal sealed class Tunnel : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _pid;
    private readonly int _port;

    /// <param name="pid">A process of the container, as this test sees it.</param>
    /// <param name="port">The port inside.</param>
    public Tunnel(int pid, int port)
    {
        (_pid, _port) = (pid, port);
        _listener.Start();
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"));
        _ = Accept();
    }

    /// <summary>The near end.</summary>
    public Uri Url { get; }

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        while (true)
        {
            Socket near;
            try
            {
                near = await _listener.AcceptSocketAsync();
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Join(near);
        }
    }

    private async Task Join(Socket near)
    {
        using (near)
            try
            {
                using var far = await Connect();
                await Task.WhenAll(Copy(near, far), Copy(far, near));
            }
            catch (Exception broken) when (broken is SocketException or IOException)
            {
                // The other end sees its connection end, as it would without us in between.
            }
    }

    private static async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[16384];
        while (await from.ReceiveAsync(buffer) is > 0 and var count)
            for (var sent = 0; sent < count;)
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
        to.Shutdown(SocketShutdown.Send);
    }

    private Task<Socket> Connect()
    {
        var connected = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread of its own, which takes the foreign namespace with it when it ends.
        new Thread(() =>
        {
            try
            {
                using var space = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{_pid}/ns/net"), share: FileShare.ReadWrite);
                if (Posix.setns((int)space.DangerousGetHandle(), Posix.NetworkNamespace) != 0)
                    throw new IOException("setns: " + Marshal.GetLastPInvokeErrorMessage());
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(IPAddress.Loopback, _port);
                connected.SetResult(socket);
            }
            catch (Exception failure)
            {
                connected.SetException(failure);
            }
        })
        { IsBackground = true, Name = "connect into " + _pid }.Start();
        return connected.Task;
    }
}
