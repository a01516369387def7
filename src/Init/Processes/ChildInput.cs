using Init.Loop;
using Init.Os;
using Init.Output;

namespace Init.Processes;

internal enum InputResult
{
    /// <summary>Written, or kept until the program reads.</summary>
    Taken,

    /// <summary>The program has closed its stdin, or has none.</summary>
    Closed,

    /// <summary>The program does not read, and more waits than we keep.</summary>
    Full,
}

/// <summary>The write end of a program's stdin. What does not fit into the pipe waits in memory; nothing waits for the program.</summary>
internal sealed class ChildInput : IDescriptorHandler, IDisposable
{
    /// <summary>How many bytes of several writes wait at most for a program that does not read.</summary>
    internal static readonly int MostWaiting = MemoryShare.Of(16, 16 * 1024 * 1024);

    /// <summary>The same for all programs together; a queue takes up to three times that while it grows.</summary>
    private static readonly int _mostOfAll = MemoryShare.Of(8, int.MaxValue);

    // On the loop thread.
    private static long _waitingOfAll;

    private readonly int _fd;
    private readonly EventLoop _loop;
    private readonly ByteQueue _waiting = new(kept: 0);
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);

    private int? _handle;
    private Alarm? _alarm; // where the kernel cannot tell when there is room
    private bool _closed;

    /// <param name="fd">Ours alone.</param>
    internal ChildInput(int fd, EventLoop loop)
    {
        _fd = fd;
        _loop = loop;
        Descriptors.SetNonBlocking(fd);
    }

    internal InputResult Write(ReadOnlySpan<byte> bytes)
    {
        // One write of any size is taken when nothing else waits: an event is sent whole, or never.
        if (!_closed && !_waiting.IsEmpty && (_waiting.Length + bytes.Length > MostWaiting || _waitingOfAll + bytes.Length > _mostOfAll))
            return InputResult.Full;
        if (!_closed)
        {
            _waiting.Append(bytes);
            _waitingOfAll += bytes.Length;
            Flush();
        }
        return _closed ? InputResult.Closed : InputResult.Taken;
    }

    void IDescriptorHandler.OnReady(Readiness readiness) => Flush();

    private void Flush()
    {
        try
        {
            while (!_waiting.IsEmpty && Descriptors.Write(_fd, _waiting.Unread) is >= 0 and var count)
            {
                _waiting.Consume(count);
                _waitingOfAll -= count;
            }
        }
        catch (SyscallException)
        {
            // EPIPE: nobody reads it any more, and nobody will.
            _closed = true;
            Forget();
        }
        if (_waiting.IsEmpty)
            Unwatch();
        else if (_handle is null)
            Watch();
    }

    private void Watch()
    {
        _alarm?.Cancel();
        try
        {
            _handle = _loop.Watch(_fd, Readiness.Writable, this);
        }
        catch (SyscallException)
        {
            _alarm = _loop.Alarms.Set(Clock.Now + _again, Flush); // ENOSPC, ENOMEM: what waits is not forgotten
        }
    }

    private void Forget()
    {
        _waitingOfAll -= _waiting.Length;
        _waiting.Clear();
    }

    private void Unwatch()
    {
        _alarm?.Cancel();
        if (_handle is { } handle)
            _loop.Unwatch(handle);
        _handle = null;
    }

    public void Dispose()
    {
        Unwatch();
        Forget();
        Descriptors.Close(_fd);
    }
}
