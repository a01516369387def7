using System.Text;
using System.Text.Unicode;
using Init.Events;

namespace Init.Output;

/// <summary>What event listeners are told of one stream of one program (E-017, E-018).</summary>
/// <param name="tellsLog">Its `*_events_enabled`.</param>
/// <param name="isShown">It goes to our own stdout or stderr, although nobody has asked for that.</param>
internal sealed class OutputEvents(EventBus bus, string program, string group, bool isStdout, bool tellsLog, bool isShown)
{
    private readonly EventType _logged = isStdout ? EventType.ProcessLogStdout : EventType.ProcessLogStderr;
    private readonly EventType _communicated = isStdout ? EventType.ProcessCommunicationStdout : EventType.ProcessCommunicationStderr;

    /// <summary>A chunk of output.</summary>
    internal void Logged(int pid, ReadOnlySpan<byte> chunk)
    {
        if (tellsLog && bus.IsWanted(_logged))
            bus.Notify(_logged, Payload($"processname:{program} groupname:{group} pid:{pid} channel:{(isStdout ? "stdout" : "stderr")}\n", chunk), isShown);
    }

    /// <summary>What the program has said between the tokens of capture mode.</summary>
    internal void Communicated(int pid, ReadOnlySpan<byte> data)
    {
        if (bus.IsWanted(_communicated))
            bus.Notify(_communicated, Payload($"processname:{program} groupname:{group} pid:{pid}\n", data));
    }

    private static byte[] Payload(string head, ReadOnlySpan<byte> data) => Utf8.IsValid(data)
        ? [.. Encoding.UTF8.GetBytes(head), .. data]
        : Encoding.UTF8.GetBytes(head + PythonBytes.Readable(data));
}
