using System.Text;
using Init.Config;
using Init.Os;

namespace Init.Processes;

/// <summary>The request of a probe, and what its answer says: the first line is all that counts.</summary>
internal static class HttpExchange
{
    private const int UsualPort = 80;

    internal static byte[] Request(Probe.Http probe)
    {
        var host = probe.Host.Contains(':') ? $"[{probe.Host}]" : probe.Host;
        var authority = probe.Port == UsualPort ? host : FormattableString.Invariant($"{host}:{probe.Port}");
        return [.. PosixText.Bytes($"GET {probe.Target} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: init\r\nAccept: */*\r\nConnection: close\r\n\r\n")];
    }

    /// <summary>`HTTP/1.1 200 OK`: 200 to 399 is success. False while more is needed to tell.</summary>
    /// <param name="isAll">No more will come.</param>
    internal static bool TryAnswer(ReadOnlySpan<byte> answer, bool isAll, out string? problem)
    {
        problem = null;
        // An interim answer (100 to 199) and its headers come before the one that counts.
        while (answer.StartsWith("HTTP/1.1 1"u8) && answer.IndexOf("\r\n\r\n"u8) is >= 0 and var interim)
            answer = answer[(interim + 4)..];
        if (answer.StartsWith("HTTP/1.1 1"u8) && !isAll)
            return false;
        var end = answer.IndexOf((byte)'\n');
        if (end < 0 && !isAll)
            return false;
        var words = Encoding.Latin1.GetString(end < 0 ? answer : answer[..end]).Split(' ');
        if (words is not [var version, var status, ..] || !version.StartsWith("HTTP/", StringComparison.Ordinal)
            || !int.TryParse(status.Trim(), out var code) || code is < 100 or > 999)
            problem = answer.IsEmpty ? "closed without an answer" : "the answer is not HTTP";
        else if (code is < 200 or >= 400)
            problem = FormattableString.Invariant($"status {code}");
        return true;
    }
}
