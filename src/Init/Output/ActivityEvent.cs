using Init.Config;
using Serilog.Events;

namespace Init.Output;

/// <summary>
/// A line of the activity log as a Serilog event. Supervisor has one level more than Serilog, so its own travels along.
/// </summary>
internal static class ActivityEvent
{
    internal const string Message = "Message";
    private const string Level = "Level";

    /// <summary>What we are called among programs.</summary>
    internal const string Program = "init";

    internal static LogEvent Create(DateTimeOffset time, LogLevel level, string message, MessageTemplate template) =>
        new(time, ToSerilog(level), null, template,
            [new LogEventProperty(Message, new ScalarValue(message)), new LogEventProperty(Level, new ScalarValue(level))]);

    internal static string MessageOf(LogEvent line) => (string)((ScalarValue)line.Properties[Message]).Value!;

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
