using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;

namespace Init.Output;

/// <summary>Supervisor's line: `2026-11-21 02:32:10,394 INFO message` (L-120).</summary>
internal sealed class ActivityFormatter : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        Span<char> time = stackalloc char[32];
        _ = logEvent.Timestamp.TryFormat(time, out var length, "yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture);
        output.Write(time[..length]);
        output.Write(' ');
        output.Write(ActivityEvent.Code(ActivityEvent.LevelOf(logEvent)));
        output.Write(' ');
        output.Write(ActivityEvent.MessageOf(logEvent));
        output.Write('\n');
    }
}
