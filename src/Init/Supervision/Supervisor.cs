using Init.Config;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.Processes;
using Init.States;

namespace Init.Supervision;

/// <summary>
/// One life of the daemon, from the start of its programs to the end of the last: it owns the groups, and decides on one thread what
/// signals, deaths and deadlines mean. A restart (SIGHUP) is another life in the same process.
/// <para>A turn: wait; serve what is ready; reap; handle signals; step what is due; carry on the stop; flush our own output.</para>
/// </summary>
internal sealed class Supervisor : IDescriptorHandler, IDisposable
{
    private static readonly TimeSpan _afterDefect = TimeSpan.FromMilliseconds(500);

    private readonly EventLoop _loop;
    private readonly Outlets _outlets;
    private readonly ActivityLog _activity;
    private readonly SignalQueue _signals;
    private readonly int _signalHandle;
    private readonly Func<Configuration> _reread;
    private readonly IReadOnlyList<ProcessGroup> _groups;
    private readonly Dictionary<int, Subprocess> _pids;
    private readonly List<int> _received = [];
    private StopSequence? _stopping;
    private TimeSpan? _deadline;
    private bool _changed = true;
    private bool _settled;

    /// <param name="groups">In ascending priority.</param>
    /// <param name="reread">Reads the configuration for a restart; throws ConfigException.</param>
    internal Supervisor(Outlets outlets, SignalQueue signals, IReadOnlyList<ProcessGroup> groups, Dictionary<int, Subprocess> pids, Func<Configuration> reread)
    {
        _outlets = outlets;
        _loop = outlets.Loop;
        _activity = outlets.Activity;
        _signals = signals;
        _groups = groups;
        _pids = pids;
        _reread = reread;
        _signalHandle = _loop.Watch(signals.Descriptor, Readiness.Readable, this);
    }

    internal SupervisorState State { get; private set; } = SupervisorState.Running;

    /// <summary>The configuration to restart with, once <see cref="Run"/> has returned in state RESTARTING.</summary>
    internal Configuration? Next { get; private set; }

    private bool MayStart => State == SupervisorState.Running;

    /// <summary>Starts what starts by itself, and serves until everything is stopped again.</summary>
    internal void Run()
    {
        // Ascending priority, without waiting in between (L-017).
        foreach (var process in AllProcesses())
            if (process.Config.AutoStart)
                process.Handle(ProcessInput.Start);
        while (!IsDone())
        {
            var deadline = NextDeadline();
            try
            {
                if (deadline is null)
                    Settle();
                Turn(deadline);
            }
            catch (Exception e)
            {
                // A defect of ours must not end PID 1: it is told with its trace, and the next turn finds the state as it is. Should
                // that fail again, then not in a loop that occupies a core and fills the log.
                _changed = true;
                _activity.Log(LogLevel.Critical, $"unexpected exception: {e}");
                Clock.Nap(_afterDefect);
            }
        }
    }

    /// <summary>Everything runs and nothing is due: the start is over, and so is the need for most of what it used.</summary>
    private void Settle()
    {
        if (!_settled)
            OwnImage.ReleaseStartPages();
        _settled = true;
    }

    /// <summary>Serves descriptors and children until something happens or the deadline has come; for the end of the daemon.</summary>
    internal void Turn(TimeSpan? deadline)
    {
        _outlets.Flush();
        _loop.Turn(deadline);
        if (_received.Count > 0)
            HandleSignals();
        StepDue(Clock.Now);
        if (_stopping is not null && _changed)
            _stopping.Advance();
    }

    void IDescriptorHandler.OnReady(Readiness readiness) => _signals.Drain(_received);

    private IEnumerable<Subprocess> AllProcesses() => _groups.SelectMany(group => group.Processes);

    private bool IsDone()
    {
        if (_stopping is null)
            return false;
        if (_stopping.IsDone)
            return true;
        if (_stopping.Report(Clock.Now) is { } report)
            _activity.Log(LogLevel.Info, report);
        return false;
    }

    /// <summary>The earliest moment at which something changes by itself; worked out only after something has changed.</summary>
    private TimeSpan? NextDeadline()
    {
        if (_changed)
        {
            _changed = false;
            _deadline = null;
            foreach (var group in _groups)
                foreach (var process in group.Processes)
                    if (process.Deadline(MayStart) is { } at && (_deadline is null || at < _deadline))
                        _deadline = at;
        }
        return _stopping is null || _deadline < _stopping.ReportAt ? _deadline : _stopping.ReportAt;
    }

    private void StepDue(TimeSpan now)
    {
        if (!_changed && !(now >= _deadline))
            return;
        foreach (var group in _groups)
            foreach (var process in group.Processes)
                if (now >= process.Deadline(MayStart))
                {
                    _changed = true;
                    process.Handle(ProcessInput.DeadlinePassed);
                }
    }

    private void HandleSignals()
    {
        var received = _received.Distinct().ToArray();
        _received.Clear();
        // Reaped before anything else of this turn, so that no pid we signal can be somebody else's already.
        if (received.Contains(Signals.SIGCHLD))
            Reap();
        foreach (var signal in received)
            try
            {
                Handle(signal);
            }
            catch (Exception e)
            {
                // Of one signal; a TERM behind it must still be heard.
                _activity.Log(LogLevel.Critical, $"unexpected exception while handling {Signals.Name(signal)}: {e}");
            }
    }

    private void Reap()
    {
        while (Children.TryReap(out var pid, out var status))
        {
            _changed = true;
            if (_pids.Remove(pid, out var process))
                process.Reaped(status);
            else
                _activity.Log(LogLevel.Info, $"reaped unknown pid {pid} ({status})");
        }
    }

    private void Handle(int signal)
    {
        var name = Signals.Name(signal);
        switch (signal)
        {
            case Signals.SIGCHLD:
                _activity.Log(LogLevel.Debug, "received SIGCHLD indicating a child quit");
                break;
            case Signals.SIGTERM or Signals.SIGINT or Signals.SIGQUIT:
                _activity.Log(LogLevel.Warn, $"received {name} indicating exit request");
                Stop(SupervisorState.Shutdown);
                break;
            case Signals.SIGHUP when State == SupervisorState.Shutdown:
                _activity.Log(LogLevel.Warn, "ignored SIGHUP indicating restart request (shutdown in progress)");
                break;
            case Signals.SIGHUP:
                _activity.Log(LogLevel.Warn, "received SIGHUP indicating restart request");
                Restart();
                break;
            case Signals.SIGUSR2:
                _activity.Log(LogLevel.Info, "received SIGUSR2 indicating log reopen request");
                ReopenLogs();
                break;
            default:
                _activity.Log(LogLevel.Blather, $"received {name} indicating nothing");
                break;
        }
    }

    /// <summary>The new configuration is read before anything is stopped; a bad one costs nothing (L-105 is not followed).</summary>
    private void Restart()
    {
        try
        {
            Next = _reread();
            Stop(SupervisorState.Restarting);
        }
        catch (ConfigException e)
        {
            _activity.Log(LogLevel.Error, _stopping is null
                ? $"restart refused, the running configuration is kept: {e.Message}"
                : $"the restart under way goes on with the configuration read before: {e.Message}");
        }
    }

    /// <summary>A second request finds the stop under way and goes on with it; a shutdown overrules a restart (L-092).</summary>
    private void Stop(SupervisorState state)
    {
        State = state;
        if (state == SupervisorState.Shutdown)
            Next = null;
        _changed = true;
        if (_stopping is null)
        {
            _stopping = new StopSequence(_groups);
            _stopping.Advance();
        }
    }

    private void ReopenLogs()
    {
        _activity.Log(LogLevel.Info, "supervisord logreopen");
        _activity.Reopen();
        foreach (var process in AllProcesses())
            process.ReopenLogs();
    }

    public void Dispose()
    {
        _loop.Unwatch(_signalHandle);
        foreach (var group in _groups)
            group.Dispose();
    }
}
