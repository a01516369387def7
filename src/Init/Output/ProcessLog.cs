using Init.Config;
using Init.Os;

namespace Init.Output;

/// <summary>
/// One stream (stdout or stderr) of one process, across its runs: to a file of its own, to a stream shared by all, or nowhere; besides
/// that to syslog, to a ring in memory when there is no regular file, and at loglevel debug into the activity log.
/// A run's pipe may outlive the run, so two runs can overlap; the file stays open as long as a pipe is.
/// </summary>
internal sealed class ProcessLog : ILogSource, IDisposable
{
    /// <summary>
    /// How many pipes may be open at a time. A descendant that keeps the pipe of an ended run is heard, but a program that leaves one
    /// behind at each run would use up our descriptors: the oldest pipe is closed then. Supervisor closes each when its run ends.
    /// </summary>
    internal const int MostPipes = 8;

    private readonly string _program;
    private readonly string _channel;
    private readonly StreamConfig _config;
    private readonly OutputConfig _output;
    private readonly Outlets _outlets;
    private readonly SharedStream? _shared;
    private readonly LineForm? _form;
    private readonly LogFile? _file;
    private readonly OutputRing _ring;
    private readonly OutputEvents _events;
    private readonly IOutputReader? _reader;
    private readonly List<OutputPipe> _pipes = [];
    private long _droppedBefore; // by pipes that have ended
    private long _saidInRun;
    private SharedStream? _special; // a FIFO, a terminal or a device at our path

    /// <param name="reader">For whom the output is meant, if it is more than text for a log.</param>
    internal ProcessLog(
        string program, string group, bool isStdout, StreamConfig config, OutputConfig output, string? autoPath, Outlets outlets,
        IOutputReader? reader = null)
    {
        _program = program;
        _channel = isStdout ? "stdout" : "stderr";
        _config = config;
        _output = output;
        _outlets = outlets;
        _ring = new OutputRing(output.RingBytes);
        _reader = reader;
        // What a reader understands is noise among the lines of a container, unless a file is named for it.
        var ours = OwnDescriptor(config, isStdout, outlets.ContainerMode && reader is null);
        _events = new OutputEvents(
            outlets.Events, program, group, isStdout, config.EventsEnabled, isShown: ours is not null && config.Target == LogTarget.Auto);
        if (ours is not null)
        {
            _shared = ours == 1 ? outlets.Stdout : outlets.Stderr;
            _form = Form(group, _shared);
        }
        else if ((config.Target == LogTarget.Auto ? autoPath : config.Path) is { } path && config.Target != LogTarget.None)
        {
            Path = path;
            _file = new LogFile(path, config.MaxBytes, config.Backups, Report, config.Target == LogTarget.Auto ? LogFile.PrivateMode : LogFile.OrdinaryMode);
        }
    }

    private static int? OwnDescriptor(StreamConfig config, bool isStdout, bool containerMode) => config.Target switch
    {
        LogTarget.Auto when containerMode => isStdout ? 1 : 2,
        LogTarget.File => StandardStreams.Descriptor(config.Path!),
        _ => null,
    };

    private LineForm Form(string group, SharedStream stream)
    {
        // A program that says nothing about its log reaches a container's output among others; an explicit /dev/stdout stays as it is.
        var unsaid = _outlets.ContainerMode && _config.Target == LogTarget.Auto ? LogFormat.Prefixed : LogFormat.Plain;
        return (_output.Format ?? unsaid) switch
        {
            LogFormat.Prefixed => new PrefixedForm(_output.Prefix ?? _program, _output.Timestamps, PrefixColumn.WantsColour(stream), _outlets.Activity.Column),
            LogFormat.Json => new JsonForm(_program, group, _channel),
            _ => new PlainForm(_program),
        };
    }

    /// <summary>The file's path; null when there is none of its own.</summary>
    internal string? Path { get; }

    /// <summary>Whether there is a regular file to tail; otherwise the ring has the last output.</summary>
    internal bool HasFile => _file is not null && _special is null;

    string? ILogSource.File => HasFile ? Path : null;

    /// <summary>The last output, when there is no file.</summary>
    public OutputRing Ring => _ring;

    /// <summary>How many lines were given up because nobody took them (log_backlog=drop).</summary>
    internal long DroppedLines => _droppedBefore + _pipes.Sum(pipe => pipe.Sink?.Dropped ?? 0);

    /// <summary>How many bytes the file could not be written.</summary>
    internal long LostBytes => _file?.AllLost ?? 0;

    public event Action? Changed;

    public bool IsClosed { get; private set; }

    /// <summary>Opens the file, at a spawn. Once per run, so that a file deleted meanwhile comes back.</summary>
    /// <exception cref="SyscallException">With the errno of open(2) (L-139).</exception>
    internal void Open()
    {
        if (_file is not null && _special is null && _file.OpenOrElse() is { } special)
            _special = _outlets.OpenOwn(special, Report);
    }

    /// <summary>Closes what <see cref="Open"/> opened, after a spawn that failed.</summary>
    internal void CloseIfUnused()
    {
        if (_pipes.Count > 0)
            return;
        _outlets.Remove(this);
        _file?.Close();
        _special?.CloseWhenDrained();
        _special = null;
    }

    /// <summary>
    /// Takes over a pipe's read end, which must be ours alone, and carries what comes out of it until its end. The process that writes to it is
    /// made afterwards.
    /// </summary>
    /// <exception cref="SyscallException">It cannot be watched, and is closed.</exception>
    internal OutputPipe Attach(int readEnd)
    {
        OutputPipe pipe;
        try
        {
            Descriptors.SetNonBlocking(readEnd);
            pipe = new OutputPipe(this, Sink(), _config.Syslog ? new SyslogLines(_program, _outlets) : null, readEnd, _outlets);
            pipe.Start();
        }
        catch
        {
            Descriptors.Close(readEnd);
            throw;
        }
        _saidInRun = 0;
        _pipes.Add(pipe);
        _outlets.Add(this);
        if (_pipes.Count(one => one.IsOpen) > MostPipes)
        {
            _outlets.Activity.Log(LogLevel.Warn, $"{_program} {_channel}: more than {MostPipes} pipes of its runs are open, closing the oldest");
            _pipes.Find(one => one.IsOpen)!.Abandon();
        }
        return pipe;
    }

    private RunSink? Sink() => this switch
    {
        { _shared: { } stream } => new LineSink(stream, _form!, _output.Backlog),
        { _special: { } stream } => new RawSink(stream),
        { _file: { } file } => new FileSink(file),
        _ => null,
    };

    /// <summary>
    /// Reads what a program that just died left in its pipe, so that its last lines come before the line that says so (L-080). What has
    /// no room now follows later.
    /// </summary>
    internal void DrainBeforeReap()
    {
        for (var n = _pipes.Count - 1; n >= 0; n--)
            _pipes[n].Drain();
    }

    /// <summary>Of what one program may say in capture mode, how many bytes are kept; 0 for a log without that mode (L-153).</summary>
    internal long CaptureLimit => _reader is null ? _config.CaptureMaxBytes : 0;

    /// <summary>Who listens for a while, beside all others.</summary>
    internal IOutputReader? Tap { get; set; }

    /// <summary>A chunk as it came out of a pipe.</summary>
    internal void Heard(int pid, ReadOnlySpan<byte> chunk)
    {
        Tap?.Read(pid, chunk);
        if (_reader is null)
            return;
        if (_outlets.Activity.IsEnabled(LogLevel.Debug))
            _outlets.Activity.Log(LogLevel.Debug, $"'{_program}' {_channel} output:", PythonBytes.Repr(chunk)); // E-060
        _reader.Read(pid, chunk);
    }

    /// <summary>A chunk of one run for the log, stripped already.</summary>
    internal void Take(OutputPipe pipe, ReadOnlySpan<byte> chunk, in LineOrigin origin)
    {
        _saidInRun += chunk.Length;
        pipe.Sink?.Take(chunk, origin);
        pipe.Syslog?.Take(chunk, origin.Time);
        if (!HasFile)
            _ring.Append(chunk);
        Changed?.Invoke();
        if (_reader is null)
            Tell(origin.Pid, chunk);
    }

    /// <summary>The last bytes of what the run has said that began last, as the log has them now. Of a file it is what was just written.</summary>
    internal byte[] EndOfRun(int most)
    {
        var count = (int)Math.Min(most, _saidInRun);
        return count == 0 ? [] : HasFile ? LogEnd.Of(Path!, count) : _ring.Last(count);
    }

    /// <summary>Those who follow the daemon hear of each chunk, also of a captured one (L-116, L-152).</summary>
    internal void Tell(int pid, ReadOnlySpan<byte> chunk)
    {
        if (_outlets.Activity.IsEnabled(LogLevel.Debug))
            _outlets.Activity.Log(LogLevel.Debug, $"'{_program}' {_channel} output:", PythonBytes.Readable(chunk));
        _events.Logged(pid, chunk);
    }

    /// <summary>A whole message of capture mode.</summary>
    internal void Captured(int pid, ReadOnlySpan<byte> data)
    {
        _events.Communicated(pid, data);
        _outlets.Activity.Log(LogLevel.Debug, $"'{_program}' {_channel} emitted a comm event");
    }

    /// <summary>A pipe is at its end and everything of it has been handed on.</summary>
    internal void Ended(OutputPipe pipe)
    {
        _droppedBefore += pipe.Sink?.Dropped ?? 0;
        _pipes.Remove(pipe);
        CloseIfUnused();
    }

    /// <summary>Opens the file anew by its name (L-127).</summary>
    internal void Reopen()
    {
        if (_file is { IsOpen: true })
            _file.Reopen();
    }

    /// <summary>Empties the log (L-128), also of a process that does not run.</summary>
    internal void Clear()
    {
        _ring.Clear();
        if (_file is null)
            Changed?.Invoke();
        if (_file is null || (!_file.IsOpen && !GuardedFile.IsRegular(Path!)))
            return;
        _file.Clear();
        CloseIfUnused();
        Changed?.Invoke();
    }

    private void Report(string text) => _outlets.Activity.Log(LogLevel.Error, $"{_program} {_channel}: {text}");

    /// <summary>As Supervisor shows a dispatcher, without its addresses.</summary>
    public override string ToString() => $"<POutputDispatcher for <Subprocess with name {_program}> ({_channel})>";

    /// <summary>No more runs will come. What still flows is carried to its end.</summary>
    public void Dispose()
    {
        CloseIfUnused();
        IsClosed = true;
        Changed?.Invoke();
    }
}
