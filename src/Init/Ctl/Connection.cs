using System.Globalization;
using System.Text;
using Init.Os;

namespace Init.Ctl;

/// <summary>One connection to a server: requests go out, and their responses are read from <see cref="Reader"/>.</summary>
internal sealed class Connection : IDisposable
{
    private readonly int _descriptor;

    /// <exception cref="SyscallException">With connect's errno.</exception>
    /// <exception cref="NameLookupException">No such host.</exception>
    /// <exception cref="CallException">A URL that leads nowhere.</exception>
    internal Connection(ServerUrl url, Waiting waiting)
    {
        _descriptor = url switch
        {
            { SocketPath: { } path } when PosixText.Bytes(path).Length >= 108 => throw new CallException("OSError", "AF_UNIX path too long"),
            { SocketPath: { } path } => StreamSockets.ConnectUnix(path),
            { Host: { } host } => StreamSockets.ConnectInet(host, url.Port),
            _ => throw new CallException("ValueError", url.Problem),
        };
        Reader = new HttpReader(_descriptor, waiting);
    }

    internal HttpReader Reader { get; }

    /// <summary>POSTs a call. Supervisor's server wants `: ` after a name and CRLF .</summary>
    internal void Post(string host, string? authorization, ReadOnlySpan<byte> body)
    {
        var head = string.Create(CultureInfo.InvariantCulture,
            $"POST /RPC2 HTTP/1.1\r\nHost: {host}\r\nUser-Agent: supervisorctl\r\nContent-Type: text/xml\r\nAccept: text/xml\r\n{Header(authorization)}Content-Length: {body.Length}\r\n\r\n");
        // In one piece: a small request that comes in two waits for the other side's delayed acknowledgement.
        var bytes = new byte[Encoding.Latin1.GetByteCount(head) + body.Length];
        body.CopyTo(bytes.AsSpan(Encoding.Latin1.GetBytes(head, bytes)));
        StreamSockets.SendAll(_descriptor, bytes);
    }

    /// <summary>Asks for a stream, with the headers that Supervisor's client sends (T-079).</summary>
    internal void Get(string host, string path, string? authorization) => StreamSockets.SendAll(_descriptor, PosixText.Bytes(
        $"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: chunked\r\nAccept: */*\r\nUser-agent: Supervisor HTTP Client\r\n{Header(authorization)}\r\n"));

    public void Dispose() => Descriptors.Close(_descriptor);

    private static string Header(string? authorization) => authorization is null ? "" : $"Authorization: {authorization}\r\n";
}
