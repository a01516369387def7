using Init.Config;
using Init.Output;

namespace Init.Processes;

/// <summary>What an event listener waits for, or is waited for to do.</summary>
internal enum ListenerState
{
    /// <summary>It has done with the last event, or has just started.</summary>
    Acknowledged,

    /// <summary>It waits for an event.</summary>
    Ready,

    /// <summary>It has an event and has not said yet what became of it.</summary>
    Busy,

    /// <summary>It has said something that it should not have; it gets no more events in this run.</summary>
    Unknown,
}

/// <summary>
/// What one process of a pool says on its stdout, run after run (E-046 to E-058):
/// <code>
///   ACKNOWLEDGED --- READY LF ---> READY --- an event is sent ---> BUSY --- RESULT n LF, n bytes ---> ACKNOWLEDGED
/// </code>
/// What it says out of turn makes it UNKNOWN. An event that it does not answer with `OK`, or not at all, goes back to the pool.
/// </summary>
/// <param name="handler">Its result_handler.</param>
/// <param name="stdout">Ours, for a handler that writes there.</param>
internal sealed class Listener(string name, EventListenerPool pool, ActivityLog activity, string handler, SharedStream stdout) : IOutputReader
{
    /// <summary>Nothing that a listener has to say in one line is longer.</summary>
    private const int LongestLine = 4096;

    private const int LengthOfResult = 7; // `RESULT `, which nobody compares (E-049)

    private readonly bool _isJudged = handler == EventListenerReader.DefaultResultHandler;
    private readonly bool _writesLines = handler == EventListenerReader.StdoutResultHandler;
    private readonly ByteQueue _heard = new(kept: 256);
    private readonly ByteQueue _result = new(kept: 256);
    private long? _resultLeft;
    private int _pid;
    private Delivery? _delivery;

    internal ListenerState State { get; private set; }

    /// <summary>A run begins.</summary>
    internal void Started(int pid)
    {
        Forget();
        (_pid, State) = (pid, ListenerState.Acknowledged);
    }

    /// <summary>It was sent an event.</summary>
    internal void Given(Delivery delivery) => (_delivery, State) = (delivery, ListenerState.Busy);

    /// <summary>The run is over. The event that it was at goes back.</summary>
    internal void Ended()
    {
        Forget();
        _pid = 0;
        Reject();
    }

    /// <summary>What a descendant of an earlier run says is none of the protocol.</summary>
    void IOutputReader.Read(int pid, ReadOnlySpan<byte> said)
    {
        if (pid != _pid)
            return;
        if (State == ListenerState.Busy && _resultLeft > 0)
            said = said[TakeResult(said)..];
        _heard.Append(said);
        while (!_heard.IsEmpty && Understand())
        {
        }
    }

    /// <summary>Takes one token; false when there is none yet.</summary>
    private bool Understand() => State switch
    {
        ListenerState.Acknowledged => TakeReady(),
        ListenerState.Busy when _resultLeft is null => TakeResultLine(),
        ListenerState.Busy => TakeResultOfHeard(),
        ListenerState.Ready => Lose(),
        _ => Forget(), // nothing it says counts any more
    };

    private bool TakeReady()
    {
        var token = "READY\n"u8;
        if (_heard.Length < token.Length)
            return false;
        if (!_heard.Unread.StartsWith(token))
            return Lose();
        _heard.Consume(token.Length);
        Enter(ListenerState.Ready);
        return true;
    }

    private bool TakeResultLine()
    {
        var end = _heard.Unread.IndexOf((byte)'\n');
        if (end < 0 && _heard.Length < LongestLine)
            return false;
        var line = PythonBytes.Readable(_heard.Unread[..(end < 0 ? LongestLine : end)]);
        if (end < 0 || !PythonText.TryInteger(line[Math.Min(LengthOfResult, line.Length)..], 10, out var length, out _) || length < 0)
        {
            activity.Log(LogLevel.Warn, $"{name}: bad result line: '{line}'");
            return Lose();
        }
        _heard.Consume(end + 1);
        _resultLeft = length;
        if (_resultLeft == 0)
            Judge(); // now, and not when something more is said (E-051)
        return true;
    }

    private bool TakeResultOfHeard()
    {
        _heard.Consume(TakeResult(_heard.Unread));
        return true;
    }

    /// <summary>Takes what belongs to the result, of which no more is kept than can matter.</summary>
    private int TakeResult(ReadOnlySpan<byte> said)
    {
        var count = (int)Math.Min(_resultLeft!.Value, said.Length);
        _result.Append(said[..Math.Min(count, Math.Max(0, (_writesLines ? ResultLines.MostBytes : LongestLine) - _result.Length))]);
        _resultLeft -= count;
        if (_resultLeft == 0)
            Judge();
        return count;
    }

    /// <summary>As Supervisor's own result handler does (E-052). For another one, which would be Python, each result will do.</summary>
    private void Judge()
    {
        if (_writesLines && _delivery is { Event.IsShown: false })
            ResultLines.Write(stdout, _result.Unread);
        var isOk = !_isJudged || _result.Unread.SequenceEqual("OK"u8);
        activity.Log(isOk ? LogLevel.Debug : LogLevel.Warn, $"{name}: event was {(isOk ? "processed" : "rejected")}");
        _result.Clear();
        _resultLeft = null;
        Enter(ListenerState.Acknowledged);
        if (isOk)
            _delivery = null;
        else
            Reject();
    }

    /// <summary>It does not keep to the protocol.</summary>
    private bool Lose()
    {
        Enter(ListenerState.Unknown);
        activity.Log(LogLevel.Warn, $"{name}: has entered the UNKNOWN state and will no longer receive events, this usually indicates the "
            + "process violated the eventlistener protocol");
        Reject();
        return Forget();
    }

    private bool Forget()
    {
        _heard.Clear();
        _result.Clear();
        _resultLeft = null;
        return false;
    }

    private void Reject()
    {
        var delivery = _delivery;
        _delivery = null;
        if (delivery is not null)
            pool.TakeBack(delivery);
    }

    private void Enter(ListenerState state)
    {
        if (activity.IsEnabled(LogLevel.Debug))
            activity.Log(LogLevel.Debug, $"{name}: {Name(State)} -> {Name(state)}"); // E-055
        State = state;
    }

    private static string Name(ListenerState state) => state.ToString().ToUpperInvariant();
}
