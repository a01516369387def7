using System.Net.Sockets;
using Init.Os;

namespace Init.Http;

/// <summary>
/// The framework's threads that wait for sockets. It makes them in a type initializer, and one that fails is never tried again: after that
/// there could be no HTTP in this process. So what it needs is first seen to be there.
/// </summary>
internal static class SocketThreads
{
    /// <summary>Descriptors: of each thread, of the socket that has them made, of a server's first steps.</summary>
    private static readonly int _needed = WorkerThreads.AtOnce + 4;

    private static bool _areMade;

    /// <summary>Makes them, once. To be called where programs are started, which need descriptors too: on the loop thread.</summary>
    /// <exception cref="SyscallException">Not enough descriptors.</exception>
    /// <exception cref="OutOfMemoryException">Not enough threads.</exception>
    internal static void Make()
    {
        if (_areMade)
            return;
        TryDescriptors();
        TryThreads();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // To wait for something is what has them made; this never comes, and the end of the socket ends it.
        _ = socket.ReceiveAsync(new byte[1]).ContinueWith(static end => _ = end.Exception, TaskScheduler.Default);
        _areMade = true;
    }

    private static void TryDescriptors()
    {
        var opened = new List<EventCounter>();
        try
        {
            for (var n = 0; n < _needed; n++)
                opened.Add(new EventCounter());
        }
        finally
        {
            foreach (var one in opened)
                one.Dispose();
        }
    }

    private static void TryThreads()
    {
        using var all = new ManualResetEventSlim();
        var started = new List<Thread>();
        try
        {
            for (var n = 0; n < WorkerThreads.AtOnce; n++)
            {
                var thread = new Thread(all.Wait) { IsBackground = true };
                thread.UnsafeStart();
                started.Add(thread);
            }
        }
        finally
        {
            all.Set();
            foreach (var thread in started)
                thread.Join();
        }
    }
}
