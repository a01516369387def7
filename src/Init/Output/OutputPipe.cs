using Init.Config;
using Init.Loop;
using Init.Os;

namespace Init.Output;

/// <summary>
/// The pipe of one run of a program. It lives until everyone who holds its other end has closed it, which may be long after the program
/// itself is gone: closing it earlier would kill grandchildren that still write (SIGPIPE), and lose what they say.
/// Watched while its sink has room; otherwise the stream calls back, and what cannot be taken stays in the pipe.
/// </summary>
internal sealed class OutputPipe : IDescriptorHandler, IRoomWaiter, ICaptureHandler
{
    // One turn's share. A pipe holds 64 KiB, so a writer that keeps up fills it again while we write.
    private const int ReadsPerTurn = 4;

    // A short read means that the writer is slower than we are: the next wait is cheaper than a read that finds nothing.
    private const int ShortRead = 4096;

    // What a program can have left behind is a pipe full; a grandchild that writes on is not waited for.
    private const int ReadsBeforeReap = 32;

    // It is one array.
    private const int MostCaptured = 1 << 30;

    private readonly ProcessLog _log;
    private readonly int _fd;
    private int _pid;
    private readonly Outlets _outlets;
    private readonly AnsiStripper? _stripper;
    private readonly CaptureMode? _capture;
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    private int? _watch;
    private Alarm? _again;
    private bool _waiting;
    private bool _closed;
    private bool _ended; // it may still stand in a stream's line

    internal OutputPipe(ProcessLog log, RunSink? sink, SyslogLines? syslog, int fd, Outlets outlets)
    {
        (_log, Sink, Syslog, _fd, _outlets) = (log, sink, syslog, fd, outlets);
        _stripper = outlets.StripAnsi ? new() : null;
        _capture = log.CaptureLimit > 0 ? new(Math.Min(log.CaptureLimit, MostCaptured), this) : null;
    }

    internal RunSink? Sink { get; }

    internal SyslogLines? Syslog { get; }

    internal bool IsOpen => !_closed;

    /// <summary>Before there is a process: if nobody can watch what it says, it is not to be made.</summary>
    /// <exception cref="SyscallException">ENOSPC, ENOMEM.</exception>
    internal void Start() => _watch = _outlets.Loop.Watch(_fd, Readiness.Readable, this);

    /// <summary>There is a process that writes to it.</summary>
    internal void BelongTo(int pid) => _pid = pid;

    /// <summary>There will be none.</summary>
    internal void Discard()
    {
        Unwatch();
        Descriptors.Close(_fd);
        _closed = true;
        End();
    }

    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        if (_outlets.Activity.IsEnabled(LogLevel.Blather))
            _outlets.Activity.Log(LogLevel.Blather, $"read event caused by {_log}"); // L-154
        Pump(ReadsPerTurn, inTurn: true);
    }

    void IRoomWaiter.OnRoom()
    {
        _waiting = false;
        Pump(1);
    }

    /// <summary>Takes what there is without waiting.</summary>
    internal void Drain()
    {
        if (_closed || _watch is not null)
            Pump(ReadsBeforeReap, toTheEnd: true);
    }

    /// <summary>Takes what there is room for and closes the pipe, whoever may still write to it.</summary>
    internal void Abandon()
    {
        Drain();
        if (!_closed)
            Close(new LineOrigin(_pid, LocalClock.Now));
    }

    /// <summary>What fails here unforeseen costs this pipe and nothing else, whoever has called.</summary>
    /// <param name="toTheEnd">Until there is nothing left, where otherwise a short read is taken as a sign of that.</param>
    /// <param name="inTurn">Behind those who wait for room already.</param>
    private void Pump(int reads, bool toTheEnd = false, bool inTurn = false)
    {
        try
        {
            if (inTurn && Sink is { MustQueue: true })
                Pause();
            else
                HandOn(reads, toTheEnd, new LineOrigin(_pid, LocalClock.Now));
        }
        catch (Exception e)
        {
            Unwatch();
            if (!_closed)
                Descriptors.Close(_fd);
            _closed = true;
            End();
            _outlets.Activity.Log(LogLevel.Critical, $"unexpected exception, closing channel {_log}: ", e);
        }
    }

    private void HandOn(int reads, bool toTheEnd, in LineOrigin origin)
    {
        if (Sink is not null && !Sink.Advance(atEnd: _closed, origin) && (_closed || !Sink.HasRoom))
            Pause();
        else if (_closed)
            End();
        else
            Read(reads, toTheEnd, origin);
    }

    private void Read(int reads, bool toTheEnd, in LineOrigin origin)
    {
        var room = _outlets.ReadBuffer.AsSpan();
        while (true)
        {
            if (Sink is { HasRoom: false })
            {
                Pause();
                return;
            }
            if (_log.Tap is { HasRoom: false } tap)
            {
                Unwatch();
                if (!_waiting)
                    tap.WaitForRoom(this);
                _waiting = true;
                return;
            }
            if (reads-- == 0 || _outlets.Taken >= _outlets.TakenLimit)
                break;
            // The first byte is the stripper's, for one held back from the chunk before.
            var count = Descriptors.Read(_fd, room[1..]);
            if (count == 0)
            {
                Close(origin);
                return;
            }
            if (count == Descriptors.WouldBlock)
                break;
            _outlets.Taken += count;
            _log.Heard(_pid, room.Slice(1, count));
            ReadOnlySpan<byte> chunk = _stripper is null ? room.Slice(1, count) : _stripper.Strip(room[..(count + 1)]);
            if (!chunk.IsEmpty)
                Take(chunk, origin);
            if (count < ShortRead && !toTheEnd)
                break;
        }
        if (Sink is { IsHolding: true })
            WaitForRoom(); // and read on meanwhile: the oldest lines are dropped
        WatchAgain();
    }

    private void WatchAgain()
    {
        _again?.Cancel();
        try
        {
            _watch ??= _outlets.Loop.Watch(_fd, Readiness.Readable, this);
        }
        catch (SyscallException)
        {
            _again = _outlets.Loop.Alarms.Set(Clock.Now + _soon, () => Pump(ReadsPerTurn, inTurn: true)); // the kernel has no room to watch it just now
        }
    }

    private void Take(ReadOnlySpan<byte> chunk, in LineOrigin origin)
    {
        if (_capture is null)
            _log.Take(this, chunk, origin);
        else
            _capture.Take(chunk, origin);
    }

    void ICaptureHandler.Said(ReadOnlySpan<byte> chunk, in LineOrigin origin) => _log.Take(this, chunk, origin);

    void ICaptureHandler.SaidInCapture(ReadOnlySpan<byte> chunk) => _log.Tell(_pid, chunk);

    void ICaptureHandler.Captured(ReadOnlySpan<byte> data) => _log.Captured(_pid, data);

    /// <summary>Reads no more until there is room.</summary>
    private void Pause()
    {
        // Not merely without interest: a hang-up is reported even then, again and again.
        Unwatch();
        WaitForRoom();
    }

    private void WaitForRoom()
    {
        if (!_waiting)
            Sink!.Stream!.WaitForRoom(this);
        _waiting = true;
    }

    private void Close(in LineOrigin origin)
    {
        Unwatch();
        Descriptors.Close(_fd);
        _closed = true;
        if (_outlets.Activity.IsEnabled(LogLevel.Debug))
            _outlets.Activity.Log(LogLevel.Debug, $"fd {_fd} closed, stopped monitoring {_log}"); // L-081
        if (_stripper is not null && _stripper.End() is { IsEmpty: false } rest)
            Take(rest, origin);
        _capture?.End(origin);
        Syslog?.End(origin.Time);
        if (Sink is null || Sink.Advance(atEnd: true, origin))
            End();
        else
            WaitForRoom();
    }

    private void End()
    {
        if (_ended)
            return;
        _ended = true;
        _log.Ended(this);
    }

    private void Unwatch()
    {
        _again?.Cancel();
        if (_watch is not { } handle)
            return;
        _watch = null;
        _outlets.Loop.Unwatch(handle);
    }
}
