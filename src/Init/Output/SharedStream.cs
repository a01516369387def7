using Init.Loop;
using Init.Os;

namespace Init.Output;

/// <summary>A source that stopped reading because a stream had no room.</summary>
internal interface IRoomWaiter
{
    /// <summary>There is room again: write, and wait again if that filled it.</summary>
    void OnRoom();
}

/// <summary>
/// A descriptor that takes what it can and must never hold up the loop: our own stdout or stderr, shared by many programs and the
/// activity log, or a pipe or device that a program logs to. Bytes queue here and leave once per turn. Program output asks for room
/// first and waits in order of arrival when there is none; our own lines are never refused by program output, but bounded on their own.
/// </summary>
internal sealed partial class SharedStream : IDescriptorHandler, IDisposable
{
    /// <summary>Above this, sources have to wait.</summary>
    internal const int RoomLimit = 64 * 1024;

    /// <summary>Above this, even a chunk that grows by being formatted has to stop midway.</summary>
    internal const int CrowdedLimit = 384 * 1024;

    /// <summary>How much may wait until our own lines are dropped.</summary>
    internal const int OwnLimit = CrowdedLimit + 1024 * 1024;

    // A fast reader with endless sources would keep the loop here for ever.
    private const int RoundsPerFlush = 8;

    // After so many turns without output the busy time is over, and its memory is given back.
    private const int QuietTurns = 8;

    private readonly EventLoop _loop;
    private readonly DescriptorWriter _writer;
    private readonly Queue<IRoomWaiter> _waiters = new();
    // How long a pipe without a reader is left alone.
    private static readonly TimeSpan _betweenAttempts = TimeSpan.FromSeconds(1);

    private int? _watch;
    private bool _failing;
    private TimeSpan? _nextAttempt; // of a dead stream; null when it does not come back by itself
    private bool _releasing;
    private bool _closing;
    private int _quietTurns;
    private long _ownDropped;
    private long _moved; // how many bytes have left the queue
    private TimeSpan? _patientUntil; // at exit
    private bool _givenUp;

    internal SharedStream(int fd, EventLoop loop)
        : this(DescriptorWriter.Shared(fd), loop, Descriptors.KindOf(fd) == FileKind.Terminal) { }

    private SharedStream(DescriptorWriter writer, EventLoop loop, bool isTerminal) =>
        (_writer, _loop, IsTerminal) = (writer, loop, isTerminal);

    /// <summary>A stream over a descriptor that was opened non-blocking and is ours alone.</summary>
    internal static SharedStream Own(int fd, EventLoop loop) => new(DescriptorWriter.Own(fd), loop, isTerminal: false);

    /// <summary>Our stdout and stderr: one stream when both lead to the same pipe or terminal, so that lines stay whole and in order.</summary>
    internal static (SharedStream Stdout, SharedStream Stderr) Standard(EventLoop loop)
    {
        var stdout = new SharedStream(1, loop);
        return (stdout, OutputDescriptors.AreSame(1, 2) ? stdout : new SharedStream(2, loop));
    }

    internal bool IsTerminal { get; }

    /// <summary>Whether it leads where another descriptor does.</summary>
    internal bool LeadsTo(int fd) => !IsClosed && OutputDescriptors.AreSame(_writer.Descriptor, fd);

    /// <summary>Its other side is gone, for good or until the next attempt; what comes is discarded.</summary>
    internal bool IsDead { get; private set; }

    internal bool IsClosed { get; private set; }

    /// <summary>Nobody writes to it any more.</summary>
    internal bool IsClosing => _closing;

    /// <summary>Where formatted lines are appended, after asking for room.</summary>
    internal ByteQueue Queue { get; } = new(kept: 256 * 1024);

    internal bool HasRoom => Queue.Length < RoomLimit || IsDead;

    internal bool IsCrowded => Queue.Length >= CrowdedLimit && !IsDead;

    /// <summary>Whether others wait already: a newcomer goes behind them.</summary>
    internal bool HasWaiters => _waiters.Count > 0 && !_releasing;

    internal bool IsIdle => Queue.IsEmpty && _waiters.Count == 0;

    /// <summary>Told once when writing begins to fail, and once when it works again.</summary>
    internal Action<string>? Report { get; set; }

    /// <summary>Told how many of our own lines found no place, when there is place again.</summary>
    internal Action<long>? OwnLinesDropped { get; set; }

    /// <summary>Program output, for which there was room.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (Accepts())
            Queue.Append(bytes);
    }

    /// <summary>One of our own lines: accepted whatever program output waits, up to a bound of its own.</summary>
    internal void WriteOwn(ReadOnlySpan<byte> line)
    {
        if (!Accepts())
            return;
        if (Queue.Length + line.Length > OwnLimit && _watch is null)
            WriteQueued(); // thousands of lines in one turn, and perhaps a reader who has not been asked yet
        if (Queue.Length + line.Length <= OwnLimit)
            Queue.Append(line);
        else
            _ownDropped++;
    }

    /// <summary>
    /// False when what is written is discarded. A pipe without a reader is asked again once in a while: the reader of a FIFO comes back.
    /// </summary>
    internal bool Accepts()
    {
        if (IsDead && Clock.Now >= _nextAttempt)
            Revive();
        return !IsDead;
    }

    /// <summary>Whatever the other side was, it is asked again at the next write.</summary>
    internal void Revive() => IsDead = IsClosed;

    internal void WaitForRoom(IRoomWaiter waiter) => _waiters.Enqueue(waiter);

    /// <summary>Writes what is queued and lets sources that waited go on. To be called at the end of each turn; costs nothing when idle.</summary>
    internal void Flush()
    {
        if (_watch is not null)
            return;
        if (!IsIdle)
        {
            _quietTurns = 0;
            Advance();
        }
        else if (_closing)
        {
            Dispose();
        }
        else if (_quietTurns++ == QuietTurns)
        {
            Queue.Trim();
        }
    }

    /// <summary>Writes what is queued if it can be written now, so that a source need not wait. Others that wait are not served.</summary>
    internal bool MakeRoom()
    {
        if (!HasRoom && _watch is null)
            WriteQueued();
        return HasRoom;
    }

    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        try
        {
            Advance();
        }
        catch
        {
            Watch(false); // the loop would drop it; as it is, the next flush goes on
            throw;
        }
    }

    private void Advance()
    {
        for (var round = 0; round < RoundsPerFlush && !IsIdle; round++)
        {
            var flows = WriteQueued();
            Release();
            if (!flows)
                break;
        }
        if (_ownDropped > 0 && HasRoom)
            SayDropped();
        Watch(!IsIdle);
        if (_closing && IsIdle)
            Dispose();
    }

    /// <summary>False when the other side takes no more for now.</summary>
    private bool WriteQueued()
    {
        if (!Accepts())
            Queue.Clear();
        while (!Queue.IsEmpty)
        {
            int count;
            try
            {
                count = _writer.Write(Queue.Unread);
            }
            catch (SyscallException e)
            {
                Fail(e);
                return true;
            }
            if (count == Descriptors.WouldBlock)
                return false;
            Queue.Consume(count);
            _moved += count;
            if (_failing)
                Recover();
        }
        return true;
    }

    private void SayDropped()
    {
        var count = _ownDropped;
        _ownDropped = 0;
        OwnLinesDropped?.Invoke(count);
    }

    private void Release()
    {
        _releasing = true;
        try
        {
            // A waiter that fills the stream again goes to the end of the line: they take turns.
            while (HasRoom && _waiters.TryDequeue(out var waiter))
                Serve(waiter);
        }
        finally
        {
            _releasing = false;
        }
    }

    /// <summary>A waiter that throws loses its place, and nobody else's.</summary>
    private void Serve(IRoomWaiter waiter)
    {
        try
        {
            waiter.OnRoom();
        }
        catch (Exception e)
        {
            Report?.Invoke($"unexpected exception: {e}");
        }
    }

    private void Watch(bool wanted)
    {
        if (wanted && _watch is null && !IsDead)
        {
            try
            {
                _watch = _loop.Watch(_writer.Descriptor, Readiness.Writable, this);
            }
            catch (SyscallException)
            {
                // EPERM: a file that is always ready; the next turn's flush goes on.
            }
        }
        else if (!wanted && _watch is { } handle)
        {
            _watch = null;
            _loop.Unwatch(handle);
        }
    }

    /// <summary>What befalls a disk passes, and a pipe may get another reader; whoever else is gone does not come back.</summary>
    private void Fail(SyscallException e)
    {
        _moved += Queue.Length;
        Queue.Clear();
        var kind = Descriptors.KindOf(_writer.Descriptor);
        var passes = e.Errno is Errno.ENOSPC or Errno.EDQUOT || (kind == FileKind.Regular && e.Errno is Errno.EFBIG or Errno.EIO);
        IsDead = !passes;
        _nextAttempt = kind == FileKind.Pipe && e.Errno == Errno.EPIPE ? Clock.Now + _betweenAttempts : null;
        if (_failing)
            return;
        _failing = true;
        Report?.Invoke($"cannot write: {Errno.Name(e.Errno)} ({Errno.Text(e.Errno)}); what goes there is discarded{(IsDead && _nextAttempt is null ? "" : " until it works again")}");
    }

    private void Recover()
    {
        _failing = false;
        Report?.Invoke("can be written again");
    }

    /// <summary>Closes the descriptor once everything queued is written: for a stream of one program, when the program has ended.</summary>
    internal void CloseWhenDrained()
    {
        _closing = true;
        if (_watch is null && !_releasing)
            Advance(); // and if that does not do, the loop calls when there is room
    }

    /// <summary>Someone writes to it again.</summary>
    internal void KeepOpen() => _closing = false;

    public void Dispose()
    {
        if (IsClosed)
            return;
        Watch(false);
        IsDead = IsClosed = true;
        Descriptors.Close(_writer.Descriptor);
    }
}
