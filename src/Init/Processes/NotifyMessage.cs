using System.Globalization;
using System.Text;
using Init.Os;

namespace Init.Processes;

/// <summary>
/// What a program says of itself in one message, as sd_notify(3) has it: lines of NAME=value, in any order. What is not here is not meant
/// for us (FDSTORE, MAINPID, ERRNO and others) and passed over.
/// </summary>
internal readonly record struct NotifyMessage
{
    private const int LongestStatus = 200;

    /// <summary>READY=1</summary>
    public bool IsReady { get; init; }

    /// <summary>STOPPING=1</summary>
    public bool IsStopping { get; init; }

    /// <summary>STATUS=, one line fit to be shown; null when it says none.</summary>
    public string? Status { get; init; }

    /// <summary>WATCHDOG=1: it lives.</summary>
    public bool IsAlive { get; init; }

    /// <summary>WATCHDOG=trigger: it wants to be treated as if it did not.</summary>
    public bool IsDead { get; init; }

    /// <summary>WATCHDOG_USEC=: it will say that it lives at least as often; zero ends that.</summary>
    public TimeSpan? Watchdog { get; init; }

    /// <summary>EXTEND_TIMEOUT_USEC=: starting or stopping takes that long from now on.</summary>
    public TimeSpan? Extension { get; init; }

    /// <summary>A name comes once; of two the last counts.</summary>
    internal static NotifyMessage Parse(ReadOnlySpan<byte> message)
    {
        var said = default(NotifyMessage);
        foreach (var range in message.Split((byte)'\n'))
        {
            var line = Encoding.UTF8.GetString(message[range]);
            var equals = line.IndexOf('=');
            if (equals < 0)
                continue;
            var value = line[(equals + 1)..];
            said = line[..equals] switch
            {
                "READY" => said with { IsReady = value == "1" },
                "STOPPING" => said with { IsStopping = value == "1" },
                "STATUS" => said with { Status = Shown(value) },
                "WATCHDOG" => said with { IsAlive = value == "1", IsDead = value == "trigger" },
                "WATCHDOG_USEC" => said with { Watchdog = Microseconds(value) },
                "EXTEND_TIMEOUT_USEC" => said with { Extension = Microseconds(value) },
                _ => said,
            };
        }
        return said;
    }

    /// <summary>Null when it is no number; a year at most.</summary>
    internal static TimeSpan? Microseconds(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? TimeSpan.FromMicroseconds(Math.Min(number, 365UL * 24 * 3600 * 1_000_000))
        : null;

    /// <summary>It goes into logs, terminals and pages.</summary>
    private static string Shown(string text)
    {
        var shown = PosixText.Harmless(text, '\0').Trim();
        return shown.Length <= LongestStatus ? shown : shown[..(char.IsHighSurrogate(shown[LongestStatus - 1]) ? LongestStatus - 1 : LongestStatus)];
    }
}
