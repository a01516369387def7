using Init.Config;
using Init.Loop;
using Init.Os;

namespace Init.Output;

/// <summary>
/// The pipe of one run of a program. It lives until everyone who holds its other end has closed it, which may be long after the program
/// itself is gone: closing it earlier would kill grandchildren that still write (SIGPIPE), and lose what they say.
/// Watched while its sink has room; otherwise the stream calls back, and what cannot be taken stays in the pipe.
/// </summary>
internal sealed class OutputPipe(ProcessLog log, RunSink? sink, SyslogLines? syslog, int fd, int pid, Outlets outlets) : IDescriptorHandler, IRoomWaiter
{
    // One turn's share. A pipe holds 64 KiB, so a writer that keeps up fills it again while we write.
    private const int ReadsPerTurn = 4;

    // A short read means that the writer is slower than we are: the next wait is cheaper than a read that finds nothing.
    private const int ShortRead = 4096;

    // What a program can have left behind is a pipe full; a grandchild that writes on is not waited for.
    private const int ReadsBeforeReap = 32;

    private readonly AnsiStripper? _stripper = outlets.StripAnsi ? new() : null;
    private int? _watch;
    private bool _waiting;
    private bool _closed;
    private bool _ended; // it may still stand in a stream's line

    internal RunSink? Sink => sink;

    internal bool IsOpen => !_closed;

    internal SyslogLines? Syslog => syslog;

    internal void Start() => _watch = outlets.Loop.Watch(fd, Readiness.Readable, this);

    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        if (outlets.Activity.IsEnabled(LogLevel.Blather))
            outlets.Activity.Log(LogLevel.Blather, $"read event caused by {log}"); // L-154
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
            Close(new LineOrigin(pid, LocalClock.Now));
    }

    /// <summary>What fails here unforeseen costs this pipe and nothing else, whoever has called.</summary>
    /// <param name="toTheEnd">Until there is nothing left, where otherwise a short read is taken as a sign of that.</param>
    /// <param name="inTurn">Behind those who wait for room already.</param>
    private void Pump(int reads, bool toTheEnd = false, bool inTurn = false)
    {
        try
        {
            if (inTurn && sink is { MustQueue: true })
                Pause();
            else
                HandOn(reads, toTheEnd, new LineOrigin(pid, LocalClock.Now));
        }
        catch (Exception e)
        {
            Unwatch();
            if (!_closed)
                Descriptors.Close(fd);
            _closed = true;
            End();
            outlets.Activity.Log(LogLevel.Critical, $"unexpected exception, closing channel {log}: {e}");
        }
    }

    private void HandOn(int reads, bool toTheEnd, in LineOrigin origin)
    {
        if (sink is not null && !sink.Advance(atEnd: _closed, origin) && (_closed || !sink.HasRoom))
            Pause();
        else if (_closed)
            End();
        else
            Read(reads, toTheEnd, origin);
    }

    private void Read(int reads, bool toTheEnd, in LineOrigin origin)
    {
        var room = outlets.ReadBuffer.AsSpan();
        while (true)
        {
            if (sink is { HasRoom: false })
            {
                Pause();
                return;
            }
            if (reads-- == 0 || outlets.Taken >= outlets.TakenLimit)
                break;
            // The first byte is the stripper's, for one held back from the chunk before.
            var count = Descriptors.Read(fd, room[1..]);
            if (count == 0)
            {
                Close(origin);
                return;
            }
            if (count == Descriptors.WouldBlock)
                break;
            ReadOnlySpan<byte> chunk = _stripper is null ? room.Slice(1, count) : _stripper.Strip(room[..(count + 1)]);
            if (!chunk.IsEmpty)
                log.Take(this, chunk, origin);
            if (count < ShortRead && !toTheEnd)
                break;
        }
        if (sink is { IsHolding: true })
            WaitForRoom(); // and read on meanwhile: the oldest lines are dropped
        _watch ??= outlets.Loop.Watch(fd, Readiness.Readable, this);
    }

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
            sink!.Stream!.WaitForRoom(this);
        _waiting = true;
    }

    private void Close(in LineOrigin origin)
    {
        Unwatch();
        Descriptors.Close(fd);
        _closed = true;
        if (outlets.Activity.IsEnabled(LogLevel.Debug))
            outlets.Activity.Log(LogLevel.Debug, $"fd {fd} closed, stopped monitoring {log}"); // L-081
        if (_stripper is not null && _stripper.End() is { IsEmpty: false } rest)
            log.Take(this, rest, origin);
        syslog?.End(origin.Time);
        if (sink is null || sink.Advance(atEnd: true, origin))
            End();
        else
            WaitForRoom();
    }

    private void End()
    {
        if (_ended)
            return;
        _ended = true;
        log.Ended(this);
    }

    private void Unwatch()
    {
        if (_watch is not { } handle)
            return;
        _watch = null;
        outlets.Loop.Unwatch(handle);
    }
}
