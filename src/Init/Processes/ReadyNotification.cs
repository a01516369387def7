using Init.Config;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.States;

namespace Init.Processes;

/// <summary>
/// notify: what the program says on NOTIFY_SOCKET, as sd_notify(3) has it, also after it is ready. With WATCHDOG_USEC among its variables, or
/// once it has said one, it has to say at least that often that it lives. Only its own processes are listened to: itself, its descendants,
/// and what is in its process group or session.
/// </summary>
internal sealed class ReadyNotification : ReadyWatch, IDescriptorHandler
{
    private const int MostBytes = 8192;

    // A flood of them is not to keep the loop from others.
    private const int MostAtOnce = 64;

    private readonly Subprocess _process;
    private readonly EventLoop _loop;
    private readonly NotifySocket _socket = new();
    private readonly byte[] _message = new byte[MostBytes];
    private int? _watch;
    private int _pid;
    private readonly RepeatedLine _passedOver;
    private TimeSpan _watchdog;
    private TimeSpan? _lifeBy;
    private TimeSpan _alarmAt;
    private Alarm? _alarm;
    private Alarm? _hung;

    internal ReadyNotification(Subprocess process, EventLoop loop)
    {
        (_process, _loop) = (process, loop);
        _passedOver = new RepeatedLine(loop.Alarms, (line, _) => process.Log(LogLevel.Warn, line));
        foreach (var (name, value) in process.Config.Environment)
            if (name == "WATCHDOG_USEC")
                _watchdog = NotifyMessage.Microseconds(value) ?? default;
    }

    /// <summary>In the place of our own, if we are watched over in the same way.</summary>
    internal override void Prepare(ChildEnvironment environment)
    {
        environment.Set("NOTIFY_SOCKET", _socket.Name);
        environment.Set("WATCHDOG_PID", null);
        if (_watchdog <= TimeSpan.Zero)
            environment.Set("WATCHDOG_USEC", null);
    }

    internal override void Begin(int pid)
    {
        _pid = pid;
        try
        {
            _watch = _loop.Watch(_socket.Descriptor, Readiness.Readable, this);
        }
        catch
        {
            Dispose(); // or the program would wait, some messages later, for somebody to take them
            throw;
        }
    }

    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        for (var left = MostAtOnce; left > 0 && _watch is not null && _socket.Receive(_message, out var sender) is { } length; left--)
            if (length < 0)
                _passedOver.Log($"{_process.Config.Name}: a notification of more than {MostBytes} bytes is passed over");
            else if (IsOwn(sender))
                Hear(NotifyMessage.Parse(_message.AsSpan(0, length)));
    }

    private bool IsOwn(int sender)
    {
        if (sender == _pid || ProcessTree.BelongsTo(sender, _pid))
            return true;
        _passedOver.Log($"{_process.Config.Name}: a notification of pid {sender}, which is none of its processes or is gone already, is passed over");
        return false;
    }

    private void Hear(in NotifyMessage message)
    {
        if (message.Status is { } status)
            _process.StatusText = status;
        if (message.IsStopping)
            _process.StatusText = message.Status ?? "stopping";
        if (message.Extension is { } extension)
            _process.Handle(ProcessInput.Extend(extension));
        if (message.IsReady && _process.Status.State == ProcessState.Starting)
            _process.Handle(ProcessInput.Ready);
        if (message.Watchdog is { } interval)
            _watchdog = interval;
        if (message.IsReady || message.IsAlive || message.Watchdog is not null)
            AwaitLife();
        if (message.IsDead)
            Hang("it says so itself (WATCHDOG=trigger)");
    }

    /// <summary>An alarm that is set already only rings too early: it is not set anew for each sign of life.</summary>
    private void AwaitLife()
    {
        _lifeBy = _watchdog <= TimeSpan.Zero ? null : Clock.Now + _watchdog;
        if (_lifeBy is { } by && !(_alarm is { IsSet: true } && _alarmAt <= by))
            SetAlarm(by);
    }

    private void SetAlarm(TimeSpan at)
    {
        _alarm?.Cancel();
        _alarmAt = at;
        _alarm = _loop.Alarms.Set(at, LookForLife, judges: true);
    }

    private void LookForLife()
    {
        if (_lifeBy > Clock.Now)
            SetAlarm(_lifeBy.Value);
        else if (_lifeBy is not null)
            Hang(FormattableString.Invariant($"it has not said WATCHDOG=1 for {_watchdog.TotalSeconds:0.###} s"));
    }

    /// <summary>One that is ready and has not been up for startsecs is told of when it has.</summary>
    private void Hang(string reason)
    {
        if (_process.Status is { State: ProcessState.Starting, IsReady: true } && _process.Deadline(mayRestart: true) is { } running)
            _hung = _loop.Alarms.Set(running, () => Hang(reason));
        else
            _process.TellHung(reason);
    }

    public override void Dispose()
    {
        if (_watch is { } watch)
            _loop.Unwatch(watch);
        _watch = null;
        _alarm?.Cancel();
        _hung?.Cancel();
        _passedOver.Dispose();
        _socket.Dispose();
    }
}
