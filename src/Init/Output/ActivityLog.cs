using Init.Config;
using Init.Loop;
using Init.Os;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Init.Output;

/// <summary>
/// Supervisor's main log: what we ourselves do. Serilog carries each event to the places the configuration names: our stdout (through
/// the console sink), a rotated file, syslog. Of the loop thread only.
/// </summary>
internal sealed class ActivityLog : ILogSource, IDisposable
{
    /// <summary>The message and Supervisor's level travel as properties: a message is text and never parsed as a template.</summary>
    private static readonly MessageTemplate _template = new("{Message}", [new PropertyToken(ActivityEvent.Message, "{Message}")]);

    private readonly LogLevel _level;
    private readonly Alarms _alarms;
    private readonly Logger _logger;
    private readonly LogFile? _file;
    private readonly int _handlers;

    /// <param name="echo">Whether the lines also go to our stdout: in the foreground and not silent (L-121).</param>
    /// <exception cref="SyscallException">The log file cannot be opened.</exception>
    internal ActivityLog(SupervisordConfig config, bool echo, EventLoop loop, SharedStream stdout, SharedStream stderr, SyslogSocket syslog)
    {
        _level = config.LogLevel;
        _alarms = loop.Alarms;
        Ring = new OutputRing(config.Output.RingBytes);
        var target = config.Logfile is { } path ? StandardStreams.Descriptor(path) : null;
        var formatter = new ActivityFormatter();
        if (config.Output.Format == LogFormat.Prefixed)
            Column.Add(config.Output.Prefix ?? ActivityEvent.Program);
        var configuration = new LoggerConfiguration().MinimumLevel.Verbose();
        // Supervisor writes each line twice when logfile is /dev/stdout (L-135); once is enough.
        if (echo || target == 1)
        {
            Console.SetOut(new SharedStreamWriter(stdout));
            configuration.WriteTo.Console(StreamFormatter(config.Output, stdout, "stdout"));
            _handlers++;
        }
        if (target == 2)
            configuration.WriteTo.Sink(new ActivitySink(StreamFormatter(config.Output, stderr, "stderr"), stderr.WriteOwn));
        else if (config.Logfile == "syslog")
            configuration.WriteTo.Sink(new SyslogSink(syslog));
        else if (config.Logfile is not (null or "/dev/null") && target is null)
        {
            Path = config.Logfile;
            _file = new LogFile(Path, config.LogfileMaxBytes, config.LogfileBackups, text => Log(LogLevel.Error, text));
            if (_file.OpenOrElse() is { } special)
                Special = SharedStream.Own(special, loop);
            configuration.WriteTo.Sink(new ActivitySink(formatter, Special is null ? _file.Write : Special.WriteOwn));
            _handlers++;
        }
        if (_file is null || Special is not null)
            configuration.WriteTo.Sink(new ActivitySink(formatter, Ring.Append));
        _logger = configuration.CreateLogger();
        if (Special is not null)
            Hear(Special, Path!);
        Hear(stderr, "stderr");
        Hear(stdout, "stdout");
    }

    /// <summary>A FIFO, a terminal or a device at the log file's path, to be flushed like our streams; it closes itself once drained.</summary>
    internal SharedStream? Special { get; }

    /// <summary>The names' column, shared with the programs' prefixed lines.</summary>
    internal PrefixColumn Column { get; } = new();

    /// <summary>The log file; null when there is none (L-144).</summary>
    internal string? Path { get; }

    string? ILogSource.File => Special is null ? Path : null;

    /// <summary>The last lines, when there is no file.</summary>
    public OutputRing Ring { get; }

    public event Action? Changed;

    public bool IsClosed { get; private set; }

    /// <summary>What befalls a stream is said in this log, which may well have other places to go to.</summary>
    private void Hear(SharedStream stream, string name)
    {
        stream.OwnLinesDropped = count => Log(LogLevel.Warn, $"{count} lines of this log dropped");
        stream.Report = text => Log(LogLevel.Error, $"{name}: {text}");
    }

    private ITextFormatter StreamFormatter(OutputConfig output, SharedStream stream, string name) => output.Format switch
    {
        LogFormat.Prefixed => new PrefixedActivityFormatter(output, Column, PrefixColumn.WantsColour(stream)),
        LogFormat.Json => new JsonActivityFormatter(name),
        _ => new ActivityFormatter(),
    };

    internal bool IsEnabled(LogLevel level) => level >= _level;

    /// <param name="message">One line; what it holds of others' words is made so.</param>
    /// <param name="block">Lines to stand below it.</param>
    internal void Log(LogLevel level, string message, string? block = null)
    {
        if (IsEnabled(level))
        {
            _logger.Write(ActivityEvent.Create(LocalClock.Now, level, message, block, _template));
            Changed?.Invoke();
        }
    }

    /// <summary>A defect of ours, with its trace.</summary>
    /// <param name="message">What the exception's own words follow.</param>
    internal void Log(LogLevel level, string message, Exception exception)
    {
        var (words, trace) = Split(exception);
        Log(level, message + words, trace);
    }

    /// <summary>An exception's own words, which may be any, and its trace, which is lines.</summary>
    internal static (string Words, string? Trace) Split(Exception exception)
    {
        var text = exception.ToString();
        var trace = text.IndexOf("\n   at ", StringComparison.Ordinal);
        return trace < 0 ? (text, null) : (text[..trace], text[(trace + 1)..]);
    }

    /// <summary>A kind of line that others can cause at will.</summary>
    /// <param name="most">How many of them are said within a minute before they are counted.</param>
    internal RepeatedLine Repeated(LogLevel level, int most = 1) => new(_alarms, (line, block) => Log(level, line, block), most);

    /// <summary>Closes and opens the file by its name (L-093).</summary>
    internal void Reopen()
    {
        if (Special is null)
            _file?.Reopen();
    }

    /// <summary>Deletes the file and begins a new one; says so first, once for each place that the log goes to (L-129).</summary>
    internal void Clear()
    {
        for (var n = 0; n < _handlers; n++)
            Log(LogLevel.Info, "reopening log file");
        if (Special is null)
            _file?.Clear();
        Ring.Clear();
        Changed?.Invoke();
    }

    public void Dispose()
    {
        Special?.CloseWhenDrained(); // its last lines may have to wait for a reader
        _logger.Dispose();
        _file?.Dispose();
        IsClosed = true;
        Changed?.Invoke();
    }
}
