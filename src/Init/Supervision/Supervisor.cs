using Init.Config;
using Init.Events;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.Processes;
using Init.Rpc;
using Init.States;

namespace Init.Supervision;

/// <summary>
/// One life of the daemon, from the start of its programs to the end of the last: it owns the groups, and decides on one thread what
/// signals, deaths and deadlines mean. A restart (SIGHUP) is another life in the same process.
/// <para>A turn: wait; serve what is ready; reap; handle signals; step what is due; give listeners their events; carry on the stop; flush
/// our own output.</para>
/// </summary>
internal sealed partial class Supervisor : IDisposable
{
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _afterDefect = TimeSpan.FromMilliseconds(500);

    private readonly EventLoop _loop;
    private readonly Outlets _outlets;
    private readonly ActivityLog _activity;
    private readonly ReceivedSignals _signals;
    private readonly Ticker _ticker;
    private readonly Upkeep _upkeep;
    private readonly SupervisordConfig _configured; // of this life; a reread changes what is told of it, not what holds
    private readonly HealthChecks _health;
    private TimeSpan? _deadline;
    private long _deadlineOf = -1;
    private bool _judges; // a program has only so much time for what it is at
    private bool _settled;
    private TimeSpan? _quietFrom;

    /// <param name="configuration">What the groups are made of.</param>
    /// <param name="reread">Reads the configuration anew; throws ConfigException.</param>
    internal Supervisor(Outlets outlets, ReceivedSignals signals, Configuration configuration, ProcessFactory factory, Func<Configuration> reread)
    {
        _outlets = outlets;
        _loop = outlets.Loop;
        _activity = outlets.Activity;
        _signals = signals;
        _reread = reread;
        _factory = factory;
        Configuration = Runnable(configuration);
        _configured = configuration.Supervisord;
        Groups = CreateGroups();
        Dependencies = new Dependencies(Groups);
        _upkeep = new Upkeep(_loop, _activity, Dependencies);
        _health = new HealthChecks(_loop, _activity, factory.Prober, OnUnhealthy);
        _ticker = new Ticker(outlets.Events, () => Moment.Now);
        Calls = new PendingCalls(_activity);
        Reports.Hung = OnHung;
    }

    public SupervisorState State { get; private set; } = SupervisorState.Running;

    /// <summary>The configuration to restart with, once <see cref="Run"/> has returned in state RESTARTING.</summary>
    internal Configuration? Next { get; private set; }

    private bool MayStart => State == SupervisorState.Running;

    /// <summary>Starts what starts by itself, and serves until everything is stopped again.</summary>
    internal void Run()
    {
        Events.Notify(EventType.SupervisorStateChangeRunning, "");
        // Ascending priority, without waiting in between (L-017).
        foreach (var group in Groups.All)
        {
            StartAutomatically(group, "at boot (autostart)");
            _upkeep.Came(group);
        }
        while (!IsDone())
        {
            var deadline = NextDeadline();
            Turn(_settled ? deadline : Settle(deadline));
        }
    }

    /// <summary>
    /// Once everything runs and nothing has been due for a while, the start is over, and so is the need for most of what it used.
    /// </summary>
    /// <returns>The deadline, with the end of that while.</returns>
    private TimeSpan? Settle(TimeSpan? deadline)
    {
        if (deadline is not null)
        {
            _quietFrom = null;
            return deadline;
        }
        _quietFrom ??= Clock.Now;
        if (Clock.Now < _quietFrom + _quiet)
            return _quietFrom + _quiet;
        _settled = true;
        OwnImage.ReleaseStartPages();
        return null;
    }

    /// <summary>Serves descriptors and children until something happens or the deadline has come.</summary>
    internal void Turn(TimeSpan? deadline)
    {
        try
        {
            TakeTurn(deadline);
        }
        catch (Exception e)
        {
            // A defect of ours must not end PID 1: it is told with its trace, and the next turn finds the state as it is. Should that
            // fail again, then not in a loop that occupies a core and fills the log.
            Reports.Changes++;
            _activity.Log(LogLevel.Critical, "unexpected exception: ", e);
            Clock.Nap(_afterDefect);
        }
    }

    private void TakeTurn(TimeSpan? deadline)
    {
        _outlets.Flush();
        _loop.Turn(deadline, _judges);
        if (_signals.AreAny)
            HandleSignals();
        var now = Clock.Now;
        if (now >= _deadline)
            Reap(); // a program that has ended does not become RUNNING because its time has come first
        TreeEnd.LookWhereDue(Reports);
        if (SomethingChanged || Reports.Entered.Count > 0)
            ConsiderStates(); // before what has ended is started again
        StepDue(now);
        if (SomethingChanged)
        {
            ConsiderStarts();
            ConsiderStates();
            ConsiderDone();
        }
        AdvanceUpdate();
        Calls.Advance();
        _ticker.Advance();
        foreach (var group in Groups.All)
            group.Pool?.Dispatch();
        if (_stopping is not null && (SomethingChanged || _stopping.IsListening))
            _stopping.Advance();
        Feed.Publish(Reports.Changes);
    }

    private void ConsiderStarts()
    {
        if (MayStart)
            Dependencies.Advance();
        else
            Dependencies.ForgetAll();
    }

    /// <summary>Whether anything has changed since the deadline was worked out.</summary>
    private bool SomethingChanged => _deadlineOf != Reports.Changes;

    /// <summary>The earliest moment at which something changes by itself; worked out only after something has changed.</summary>
    private TimeSpan? NextDeadline()
    {
        if (Reports.Entered.Count > 0)
            return TimeSpan.Zero; // entered at boot or last in a turn: what follows from it is not to wait
        if (SomethingChanged)
        {
            _deadlineOf = Reports.Changes;
            _deadline = null;
            _judges = _stopping is not null;
            foreach (var group in Groups.All)
                foreach (var process in group.Processes)
                {
                    _deadline = Earlier(_deadline, process.Deadline(MayStart));
                    _judges |= process.Status.State is ProcessState.Starting or ProcessState.Stopping;
                }
        }
        return Earlier(Earlier(_deadline, _stopping?.Deadline), Earlier(Calls.Deadline, _ticker.Deadline));
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;

    private void StepDue(TimeSpan now)
    {
        if (!SomethingChanged && !(now >= _deadline))
            return;
        foreach (var group in Groups.All)
            foreach (var process in group.Processes)
                if (now >= process.Deadline(MayStart))
                {
                    // Even where the step changes nothing: the deadline must be worked out again.
                    Reports.Changes++;
                    if (!process.IsToStart || Dependencies.MayStartAgain(process))
                        process.Handle(ProcessInput.DeadlinePassed);
                }
    }

    public void Dispose()
    {
        _upkeep.Dispose();
        foreach (var command in Reports.Beside)
            command.Abandon();
        foreach (var tree in Reports.Trees.ToArray())
            tree.Abandon();
        Groups.Dispose();
    }
}
