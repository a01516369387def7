using System.Globalization;
using System.Text;
using Init.Config;
using Init.Os;
using Serilog.Events;
using Serilog.Formatting;

namespace Init.Output;

/// <summary>Supervisor's line: `2026-11-21 02:32:10,394 INFO message` (L-120).</summary>
internal sealed class ActivityFormatter : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(Prefix(logEvent));
        output.Write(ActivityEvent.MessageOf(logEvent));
        output.Write('\n');
    }

    /// <summary>What stands before the message.</summary>
    internal static string Prefix(LogEvent line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.Timestamp:yyyy-MM-dd HH:mm:ss,fff} {ActivityEvent.Code(ActivityEvent.LevelOf(line))} ");
}

/// <summary>
/// The same among programs' prefixed lines: `init | 2026-11-21 02:32:10,394 INFO message`; with log_timestamps the time stands where
/// theirs stands, once.
/// </summary>
internal sealed class PrefixedActivityFormatter(OutputConfig config, PrefixColumn column, bool coloured) : ITextFormatter
{
    private readonly ActivityFormatter _plain = new();

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var text = new StringWriter();
        if (config.Timestamps)
            text.Write($"{ActivityEvent.Code(ActivityEvent.LevelOf(logEvent))} {ActivityEvent.MessageOf(logEvent)}");
        else
            _plain.Format(logEvent, text);
        var prefix = Time(logEvent.Timestamp) + column.Prefix(config.Prefix ?? ActivityEvent.Program, coloured);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
        {
            output.Write(prefix);
            output.Write(line);
            output.Write('\n');
        }
    }

    private string Time(DateTimeOffset time)
    {
        if (!config.Timestamps)
            return "";
        Span<byte> text = stackalloc byte[IsoTime.MaxLength];
        return Encoding.ASCII.GetString(text[..IsoTime.Write(text, time)]) + " ";
    }
}

/// <summary>The same as an object, with the level in the words of `loglevel`.</summary>
internal sealed class JsonActivityFormatter(string stream) : ITextFormatter
{
    private readonly JsonForm _form = new(ActivityEvent.Program, group: null, stream);
    private readonly ByteQueue _line = new();

    public void Format(LogEvent logEvent, TextWriter output)
    {
        _line.Clear();
        _form.WriteLeveled(_line, ActivityEvent.Word(ActivityEvent.LevelOf(logEvent)),
            PosixText.Bytes(ActivityEvent.RawMessageOf(logEvent)), new LineOrigin(Children.OwnPid, logEvent.Timestamp));
        output.Write(Encoding.UTF8.GetString(_line.Unread));
    }
}
