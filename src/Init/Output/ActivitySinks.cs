using System.Text;
using Init.Os;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Init.Output;

/// <summary>Takes the bytes of a whole line or lines.</summary>
internal delegate void LineWriter(ReadOnlySpan<byte> line);

/// <summary>Serilog's events as lines of bytes: into the log file, or to our stderr.</summary>
internal sealed class ActivitySink(ITextFormatter formatter, LineWriter write) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        var text = new StringWriter();
        formatter.Format(logEvent, text);
        write(PosixText.Bytes(text.ToString()));
    }
}

/// <summary>Serilog's events to syslog: each line of a message as a full line with time, level and newline (L-143).</summary>
internal sealed class SyslogSink(SyslogSocket syslog) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        var prefix = PosixText.Bytes(ActivityFormatter.Prefix(logEvent));
        foreach (var line in ActivityEvent.MessageOf(logEvent).TrimEnd('\n').Split('\n'))
            syslog.Send(logEvent.Timestamp, PosixText.Bytes(line + "\n"), prefix);
    }
}

/// <summary>
/// What Console.Out is for Serilog's console sink: our stdout's queue, so that a line never waits for a reader. System.Console itself
/// is never let near the terminal: it would install signal handlers and, as PID 1, take exit statuses from us.
/// </summary>
internal sealed class SharedStreamWriter(SharedStream stream) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => stream.WriteOwn(PosixText.Bytes(value ?? ""));
}
