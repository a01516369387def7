using System.Text;
using Init.Config;
using Init.Events;
using Init.Loop;
using Init.Os;
using Init.Output;
using Xunit;

namespace Init.Unit.Output;

/// <summary>Serilog's console sink writes to Console.Out, of which a process has one: tests that use it run one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OurStdout
{
    public const string Name = "our stdout";
}

/// <summary>A loop with our stdout and stderr as pipes that the test reads, and programs whose pipes the test writes.</summary>
internal sealed class OutputHarness : IDisposable
{
    private readonly int _stderrRead;
    private readonly List<int> _written = [];

    internal OutputHarness(bool containerMode = false, bool stripAnsi = false, LogLevel level = LogLevel.Info, OutputConfig? output = null, bool echo = true)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("init-output-").FullName;
        Loop = new EventLoop((_, e) => Failures.Add(e));
        (StdoutRead, StdoutWrite) = Descriptors.Pipe();
        (_stderrRead, StderrWrite) = Descriptors.Pipe();
        Descriptors.SetNonBlocking(StdoutRead);
        Descriptors.SetNonBlocking(_stderrRead);
        Stdout = new SharedStream(StdoutWrite, Loop);
        Stderr = new SharedStream(StderrWrite, Loop);
        Syslog = new SyslogSocket("supervisord", File("log.sock"));
        Supervisord = Configurations.Supervisord(File("activity.log"), level, output);
        Activity = new ActivityLog(Supervisord, echo, Loop, Stdout, Stderr, Syslog);
        Outlets = new Outlets(Loop, Stdout, Stderr, Activity, Syslog, Events, containerMode, stripAnsi);
    }

    internal string Directory { get; }
    internal EventLoop Loop { get; }
    internal int StdoutRead { get; }
    internal int StdoutWrite { get; }
    internal int StderrWrite { get; }
    internal SharedStream Stdout { get; }
    internal SharedStream Stderr { get; }
    internal SyslogSocket Syslog { get; }
    internal SupervisordConfig Supervisord { get; }
    internal ActivityLog Activity { get; }
    internal EventBus Events { get; } = new();
    internal Outlets Outlets { get; private set; }
    internal List<Exception> Failures { get; } = [];

    internal string File(string name) => Path.Combine(Directory, name);

    internal string ActivityText => System.IO.File.ReadAllText(File("activity.log"));

    /// <summary>A program's log and the end of a pipe that the program would hold.</summary>
    internal (ProcessLog Log, int Pipe) Program(string name, StreamConfig config, OutputConfig? output = null, bool isStdout = true, int pid = 100)
    {
        var log = new ProcessLog(name, name, isStdout, config, output ?? Configurations.Lines(), null, Outlets);
        return (log, Run(log, pid));
    }

    internal int Run(ProcessLog log, int pid = 100)
    {
        log.Open();
        var (read, write) = Descriptors.Pipe();
        _written.Add(write);
        log.Attach(read).BelongTo(pid);
        return write;
    }

    internal static void Say(int pipe, string text) => Assert.Equal(Encoding.UTF8.GetByteCount(text), Descriptors.Write(pipe, Encoding.UTF8.GetBytes(text)));

    internal void End(int pipe)
    {
        _written.Remove(pipe);
        Descriptors.Close(pipe);
    }

    /// <summary>What a restart leaves of a life, and what comes after it.</summary>
    internal void NextLife() =>
        Outlets = new Outlets(Loop, Stdout, Stderr, Activity, Syslog, Events, containerMode: false, stripAnsi: false, Outlets);

    /// <summary>One turn that does not wait.</summary>
    internal void Turn()
    {
        Loop.Turn(TimeSpan.Zero);
        Outlets.Flush();
        Assert.Empty(Failures);
    }

    internal void Turns(int count = 5)
    {
        for (var n = 0; n < count; n++)
            Turn();
    }

    internal string ReadStdout() => Encoding.UTF8.GetString(ReadAll(StdoutRead));

    internal string ReadStderr() => Encoding.UTF8.GetString(ReadAll(_stderrRead));

    internal byte[] ReadStdoutBytes(int most) => Read(StdoutRead, most);

    internal void CloseStdoutReader() => Descriptors.Close(StdoutRead);

    private static byte[] ReadAll(int fd)
    {
        var all = new List<byte>();
        byte[] some;
        while ((some = Read(fd, 65536)).Length > 0)
            all.AddRange(some);
        return [.. all];
    }

    private static byte[] Read(int fd, int most)
    {
        var buffer = new byte[most];
        var count = Descriptors.Read(fd, buffer);
        return buffer[..Math.Max(count, 0)];
    }

    public void Dispose()
    {
        foreach (var fd in _written)
            Descriptors.Close(fd);
        Activity.Dispose();
        Loop.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}

internal static class Configurations
{
    internal static OutputConfig Lines(LogFormat? format = null, LogBacklog backlog = LogBacklog.Block, string? prefix = null, bool timestamps = false, int ring = 65536) =>
        new() { Format = format, Prefix = prefix, Timestamps = timestamps, Backlog = backlog, RingBytes = ring };

    internal static StreamConfig To(string? path, long maxBytes = 0, int backups = 0, bool syslog = false) => new()
    {
        Target = path is null ? LogTarget.None : LogTarget.File,
        Path = path,
        MaxBytes = maxBytes,
        Backups = backups,
        CaptureMaxBytes = 0,
        EventsEnabled = false,
        Syslog = syslog,
    };

    internal static StreamConfig Auto { get; } = To(null) with { Target = LogTarget.Auto };

    internal static SupervisordConfig Supervisord(string? logfile, LogLevel level = LogLevel.Info, OutputConfig? output = null) => new()
    {
        Logfile = logfile,
        LogfileMaxBytes = 0,
        LogfileBackups = 0,
        LogLevel = level,
        Umask = 0x12,
        NoDaemon = true,
        Silent = false,
        MinFds = 1024,
        MinProcs = 200,
        NoCleanup = false,
        StripAnsi = false,
        ChildLogDir = "/tmp",
        Environment = [],
        Identifier = "supervisor",
        Output = output ?? Lines(),
    };
}
