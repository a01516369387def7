namespace Init.Supervision;

/// <summary>
/// Brings the HTTP servers up, and tries again later where that fails: descriptors, threads or memory may be short only for a while. Of the
/// loop thread; whatever may take time is done elsewhere and posted.
/// <code>
///   Down -- Begin, alarm --> Starting -- done --> Up
///   Starting -- failed: its sockets are closed, so that clients are refused and do not wait --> Down, with an alarm
///   any -- End --> Ended
/// </code>
/// </summary>
/// <param name="steps">How to do it.</param>
/// <param name="setAlarm">Has something done on the loop thread at a moment.</param>
internal sealed class ServerStart<TSockets, THost>(ServerSteps<TSockets, THost> steps, Func<TimeSpan, Action, Action> setAlarm)
    where TSockets : class, IDisposable
    where THost : class, IDisposable
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    private TSockets? _sockets;
    private Action? _takeBack;
    private TimeSpan _pause = _first;
    private string? _said;
    private bool _isEnded;

    /// <summary>The servers, once they are up; null while none is being started.</summary>
    internal Task<THost>? Host { get; private set; }

    /// <param name="sockets">Open already; they are closed when they are not needed any more.</param>
    internal void Begin(TSockets sockets)
    {
        _sockets = sockets;
        Start();
    }

    /// <summary>Tries no more. Servers that are up, or become so, are the caller's; sockets are closed with <see cref="Close"/>.</summary>
    internal void End()
    {
        _isEnded = true;
        _takeBack?.Invoke();
        _takeBack = null;
    }

    internal void Close()
    {
        End();
        _sockets?.Dispose();
        _sockets = null;
    }

    private void Start()
    {
        try
        {
            steps.Prepare();
            if (_sockets is { } sockets)
            {
                Host = Task.Run(() => steps.Start(sockets));
                After(Host, _ => Started());
            }
            else
            {
                After(Task.Run(steps.Open), Opened); // a name in it may be looked up
            }
        }
        catch (Exception e)
        {
            Failed(e);
        }
    }

    private void After<T>(Task<T> task, Action<T> done) => task.ContinueWith(
        ended => steps.Post(() =>
        {
            if (ended.Exception?.InnerException is { } e)
                Failed(e);
            else
                done(ended.Result);
        }),
        CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private void Opened(TSockets sockets)
    {
        if (_isEnded)
        {
            sockets.Dispose();
            return;
        }
        _sockets = sockets;
        Start();
    }

    private void Started()
    {
        if (_said is not null)
            steps.Recovered();
        (_said, _pause) = (null, _first);
    }

    private void Failed(Exception e)
    {
        if (_isEnded)
            return;
        Host = null;
        _sockets?.Dispose();
        _sockets = null;
        if (_said != e.Message)
            steps.Failed(e);
        _said = e.Message;
        _takeBack = setAlarm(_pause, Start);
        _pause = _pause * 2 < _longest ? _pause * 2 : _longest;
    }
}

/// <summary>What the start of servers is made of.</summary>
/// <param name="Open">Opens the sockets; on another thread.</param>
/// <param name="Prepare">Makes sure that there is what a start needs; throws when there is not.</param>
/// <param name="Start">Answers at the sockets; on another thread.</param>
/// <param name="Post">To the loop thread.</param>
/// <param name="Failed">Says why there is no server; not for each try that fails for the same reason.</param>
/// <param name="Recovered">Says that there are servers after all.</param>
internal sealed record ServerSteps<TSockets, THost>(
    Func<TSockets> Open, Action Prepare, Func<TSockets, THost> Start, Action<Action> Post, Action<Exception> Failed, Action Recovered);
