using Init.Config;
using Init.Os;
using Serilog.Events;

namespace Init.Output;

/// <summary>
/// A line of the activity log as a Serilog event. Supervisor has one level more than Serilog, so its own travels along.
/// </summary>
internal static class ActivityEvent
{
    internal const string Message = "Message";
    private const string Block = "Block";
    private const string Level = "Level";

    /// <summary>What we are called among programs.</summary>
    internal const string Program = "init";

    internal static LogEvent Create(DateTimeOffset time, LogLevel level, string message, string? block, MessageTemplate template) =>
        new(time, ToSerilog(level), null, template,
        [
            new LogEventProperty(Message, new ScalarValue(message)),
            new LogEventProperty(Block, new ScalarValue(block)),
            new LogEventProperty(Level, new ScalarValue(level)),
        ]);

    /// <summary>As it was said, of whatever characters and lines.</summary>
    internal static string RawMessageOf(LogEvent line) => BlockOf(line) is { } block ? $"{TextOf(line)}\n{block}" : TextOf(line);

    /// <summary>
    /// As a log shows it: one line, but for a block of lines below it. Much of a message is what others have said or how they are called,
    /// so nothing in it makes a line of its own, or commands a terminal.
    /// </summary>
    internal static string MessageOf(LogEvent line) => BlockOf(line) is { } block
        ? $"{VisibleText.OneLine(TextOf(line))}\n{VisibleText.Block(block)}"
        : VisibleText.OneLine(TextOf(line));

    private static string TextOf(LogEvent line) => (string)((ScalarValue)line.Properties[Message]).Value!;

    private static string? BlockOf(LogEvent line) => (string?)((ScalarValue)line.Properties[Block]).Value;

    internal static LogLevel LevelOf(LogEvent line) => (LogLevel)((ScalarValue)line.Properties[Level]).Value!;

    private static LogEventLevel ToSerilog(LogLevel level) => level switch
    {
        LogLevel.Critical => LogEventLevel.Fatal,
        LogLevel.Error => LogEventLevel.Error,
        LogLevel.Warn => LogEventLevel.Warning,
        LogLevel.Info => LogEventLevel.Information,
        LogLevel.Debug => LogEventLevel.Debug,
        _ => LogEventLevel.Verbose,
    };

    /// <summary>The four letters of a line (L-120).</summary>
    internal static string Code(LogLevel level) => level switch
    {
        LogLevel.Critical => "CRIT",
        LogLevel.Error => "ERRO",
        LogLevel.Warn => "WARN",
        LogLevel.Info => "INFO",
        LogLevel.Debug => "DEBG",
        LogLevel.Trace => "TRAC",
        _ => "BLAT",
    };

    /// <summary>The level as `loglevel` spells it.</summary>
    internal static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical",
        LogLevel.Error => "error",
        LogLevel.Warn => "warn",
        LogLevel.Info => "info",
        LogLevel.Debug => "debug",
        LogLevel.Trace => "trace",
        _ => "blather",
    };
}
