using System.Runtime.ExceptionServices;
using Init.Config;
using Init.Events;
using Init.Loop;
using Init.Os;
using Init.Output;
using static Init.Os.Signals;

namespace Init.Supervision;

/// <summary>How the daemon runs, whatever its configuration says.</summary>
/// <param name="File">The configuration file; absolute, since the working directory may change.</param>
/// <param name="Read">Reads the configuration, at the start and for each restart; throws ConfigException.</param>
/// <param name="ContainerMode">Foreground, nothing on disk that is not named, orphans adopted and swept.</param>
internal sealed record DaemonOptions(string File, Func<Configuration> Read, bool ContainerMode);

/// <summary>
/// The daemon from its first breath to its last: what is done once (user, limits, detaching), then one <see cref="Supervisor"/> after
/// the other in the same process, and the last sweep. The order of effects is Supervisor's (C-166).
/// </summary>
internal sealed class Daemon : IDisposable
{
    /// <summary>What we wait for; everything else keeps its default effect, and so do those that only forward_signals can give a meaning.</summary>
    internal static readonly int[] WaitedSignals = [SIGCHLD, .. Forwardable];

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly DaemonOptions _options;
    private readonly EventLoop _loop;
    private readonly EventBus _events = new();
    private readonly ReceivedSignals _signals;
    private readonly SharedStream _stdout;
    private readonly SharedStream _stderr;
    private Ending? _ended;
    private string? _userNote;
    private string? _orphanNote;
    private IReadOnlyList<string>? _limitNotes;
    private (LogLevel Level, string Text)? _restartNote;
    private ActivityLog? _activity;
    private Outlets? _outlets;

    /// <param name="detaches">Then nothing goes to the stdout and stderr of the caller, and they must not stay open because of us.</param>
    private Daemon(DaemonOptions options, bool detaches)
    {
        _options = options;
        _loop = new EventLoop(HandlerFailed);
        _signals = new ReceivedSignals(WaitedSignals, _loop);
        (_stdout, _stderr) = detaches ? (SharedStream.Own(1, _loop), SharedStream.Own(2, _loop)) : SharedStream.Standard(_loop);
    }

    /// <summary>Runs the daemon and returns its exit status.</summary>
    /// <exception cref="ConfigException">It cannot start; nothing was started.</exception>
    internal static int Run(DaemonOptions options)
    {
        var configuration = options.Read();
        var detaches = !options.ContainerMode && !configuration.Supervisord.NoDaemon;
        if (detaches && !Detachment.IsSecondProcess)
            return Detachment.RunDetached(WaitedSignals);
        using var daemon = new Daemon(options, detaches);
        daemon.Live(configuration, detaches);
        return daemon._ended?.Status ?? 0;
    }

    private void Live(Configuration first, bool detaches)
    {
        Clock.Keep();
        SignalMask.Ignore(SIGPIPE);
        SignalMask.Ignore(SIGXFSZ); // a log at the limit of its size is an error of write(2), not our end
        if (_options.ContainerMode && Children.OwnPid != 1)
            AdoptOrphans();
        Configuration? last = null;
        for (var next = first; next is not null; detaches = false)
            try
            {
                (last, next) = (next, LiveOnce(next, last, detaches));
            }
            catch (Exception e) when (e is ConfigException or SyscallException or IOException && last is not null && next != last with { HttpServers = [] })
            {
                // What Reread could not foresee: better the configuration that ran than none, and better programs without a server
                // than a container that ends.
                (next, _restartNote) = last != next
                    ? (last, (LogLevel.Error, $"restarted with the configuration of before: {e.Message}"))
                    : (last with { HttpServers = [] }, (LogLevel.Critical, $"restarted without any HTTP server: {e.Message}"));
            }
    }

    private void AdoptOrphans()
    {
        try
        {
            Children.BecomeSubreaper();
        }
        catch (SyscallException e)
        {
            _orphanNote = $"what programs leave behind is not ended with us: {e.Message}"; // an emulator, or a filter
        }
    }

    /// <summary>Not on the loop's thread: its files may be on a mount that does not answer.</summary>
    /// <exception cref="ConfigException">It cannot be read, or is wrong.</exception>
    private Configuration Reread()
    {
        Configuration? read = null;
        ExceptionDispatchInfo? failure = null;
        if (!Abandonable.TryWithin(_patience, "configuration", () =>
        {
            try
            {
                read = ReadAgain();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }))
            throw new ConfigException($"could not read config file {_options.File}, or a file that it includes, within {_patience.TotalSeconds} seconds");
        failure?.Throw();
        return read!;
    }

    private Configuration ReadAgain()
    {
        // A pipe was read to its end the first time, and would keep us waiting for its writer.
        if (Descriptors.Stat(_options.File).Kind is not (FileKind.Regular or FileKind.Missing))
            throw new ConfigException($"could not read config file {_options.File}");
        return _options.Read();
    }

    /// <summary>One life; returns the configuration of the next, or null when it was the last.</summary>
    private Configuration? LiveOnce(Configuration configuration, Configuration? before, bool detaches)
    {
        var config = configuration.Supervisord;
        _userNote = Privileges.DropTo(config.User);
        _limitNotes ??= Privileges.RaiseLimits(config); // of the first life only (C-158)
        using var syslog = new SyslogSocket("supervisord");
        using var activity = OpenActivityLog(config, syslog);
        _activity = activity;
        // A reader that went away may have come back; and what of the life before still speaks is heard on.
        _stdout.Revive();
        _stderr.Revive();
        var outlets = new Outlets(_loop, _stdout, _stderr, activity, syslog, _events, _options.ContainerMode, config.StripAnsi, _outlets);
        _outlets = outlets;
        LogStart(configuration);

        if (!_options.ContainerMode && !config.NoCleanup)
            new ChildLogDirectory(config).Clear(activity);
        using var supervisor = new Supervisor(outlets, _signals, configuration, new ProcessFactory(outlets, ServerUrl(configuration.HttpServers)), Reread);
        supervisor.TrySockets(before);
        using var front = new FrontDoor(supervisor, configuration, outlets);
        if (detaches)
            Detachment.Detach(config, activity);
        var pidfile = WritePidfile(config.Pidfile, activity);

        front.Start();
        supervisor.Run();
        front.Close(supervisor.Turn);
        if (supervisor.Next is null)
            End(supervisor, outlets);
        pidfile?.Remove();
        return supervisor.Next;
    }

    private ActivityLog OpenActivityLog(SupervisordConfig config, SyslogSocket syslog)
    {
        var echo = (_options.ContainerMode || config.NoDaemon) && !config.Silent;
        try
        {
            return new ActivityLog(config, echo, _loop, _stdout, _stderr, syslog);
        }
        catch (SyscallException e)
        {
            throw new ConfigException($"could not open log file {config.Logfile}: {(e is UntrustedPathException ? e.Message : Errno.Text(e.Errno))}");
        }
    }

    /// <summary>What starting had to say, most severe first (C-157).</summary>
    private void LogStart(Configuration configuration)
    {
        var activity = _activity!;
        if (Users.OwnUid == 0 && configuration.Supervisord.User is null)
            activity.Log(_options.ContainerMode ? LogLevel.Info : LogLevel.Critical,
                "Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.  If you " +
                "intend to run as root, you can set user=root in the config file to avoid this message.");
        if (_restartNote is var (level, text))
            activity.Log(level, text);
        _restartNote = null;
        foreach (var warning in configuration.Warnings)
            activity.Log(LogLevel.Warn, warning);
        if (_orphanNote is not null)
            activity.Log(LogLevel.Warn, _orphanNote);
        // The user is told in each life, the limits in the first one only.
        foreach (var note in configuration.Infos.Concat(_userNote is null ? [] : [_userNote]).Concat(_limitNotes ?? []))
            activity.Log(LogLevel.Info, note);
        _limitNotes = [];
    }

    /// <summary>The first unix server, else the last inet server (C-252).</summary>
    private static string? ServerUrl(IReadOnlyList<HttpServerConfig> servers)
    {
        if (servers.FirstOrDefault(server => server.Path is not null) is { } unix)
            return "unix://" + unix.Path;
        return servers is [.., var inet]
            ? FormattableString.Invariant($"http://{(string.IsNullOrEmpty(inet.Host) ? "localhost" : inet.Host)}:{inet.Port}")
            : null;
    }

    private static Pidfile? WritePidfile(string? path, ActivityLog activity)
    {
        string? refusal = null;
        var pidfile = path is null ? null : Pidfile.Write(path, reason => refusal = reason);
        if (path is not null && pidfile is null)
            activity.Log(LogLevel.Critical, $"could not write pidfile {path}{(refusal is null ? "" : $": {refusal}")}");
        else
            activity.Log(LogLevel.Info, $"supervisord started with pid {Children.OwnPid}");
        return pidfile;
    }

    private void End(Supervisor supervisor, Outlets outlets)
    {
        try
        {
            if (_options.ContainerMode)
                new Sweep(outlets.Activity, supervisor.Turn, supervisor.Budget).Run();
            if (supervisor.Ended is { } ended)
                SayWhy(ended, outlets.Activity);
        }
        finally
        {
            outlets.DrainAtExit();
        }
    }

    /// <summary>The last line of the log, and what a Kubernetes shows of a container that has ended.</summary>
    private void SayWhy(Ending ended, ActivityLog activity)
    {
        _ended = ended;
        activity.Log(ended.Status == 0 ? LogLevel.Info : LogLevel.Warn, ended.ToString());
        if (Children.OwnPid == 1)
            TerminationLog.Write(ended.ToString(), activity);
    }

    /// <summary>A handler's unexpected exception costs its descriptor, nothing else.</summary>
    private void HandlerFailed(IDescriptorHandler handler, Exception exception) =>
        _activity?.Log(LogLevel.Critical, $"unexpected exception, closing channel {handler}: ", exception);

    /// <summary>Our stdout and stderr stay open: a start that fails still has something to say there.</summary>
    public void Dispose()
    {
        _stdout.DrainAtExit(Outlets.DrainIdle);
        _stderr.DrainAtExit(Outlets.DrainIdle);
        _signals.Dispose();
        _loop.Dispose();
    }
}
