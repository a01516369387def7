using System.Net;
using System.Net.Sockets;

namespace Init.Integration.Harness;

/// <summary>TCP ports of this machine.</summary>
internal static class Port
{
    /// <summary>One that nobody listened on a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
