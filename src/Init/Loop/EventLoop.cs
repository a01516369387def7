using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Init.Os;

namespace Init.Loop;

/// <summary>Something that owns a descriptor and is told when it is ready.</summary>
internal interface IDescriptorHandler
{
    void OnReady(Readiness readiness);
}

/// <summary>
/// The one thread that decides: it waits for descriptors, posted work and the nearest deadline, and nothing else runs on it.
/// A handler that throws is reported and its descriptor dropped; the loop lives on.
/// </summary>
internal sealed class EventLoop : IDisposable, IDescriptorHandler
{
    // A handle is the slot's index, below as many bits as there can be descriptors, and what fits of its generation.
    private const int IndexBits = 20;
    private const int Generations = 1 << 31 - IndexBits;

    private readonly Epoll _epoll = new();
    private readonly EventCounter _posted = new();
    private readonly ConcurrentQueue<Action> _work = new();

    // Slots, not descriptors, identify handlers: a descriptor closed and opened again within one batch is another slot's generation.
    private readonly List<Slot> _slots = [];
    private readonly Stack<int> _freeSlots = [];
    private readonly Action<IDescriptorHandler, Exception> _handlerFailed;

    /// <param name="handlerFailed">Called with a handler that threw, after its descriptor was dropped from the loop.</param>
    internal EventLoop(Action<IDescriptorHandler, Exception> handlerFailed)
    {
        _handlerFailed = handlerFailed;
        Files = new FileWatcher(this, handlerFailed);
        Watch(_posted.Descriptor, Readiness.Readable, this);
    }

    internal FileWatcher Files { get; }

    internal Alarms Alarms { get; } = new();

    private struct Slot
    {
        public IDescriptorHandler? Handler;
        public int Descriptor;
        public uint Generation;
    }

    /// <summary>Starts to watch a descriptor and returns the handle for the other calls; one that is out of date does nothing there.</summary>
    /// <exception cref="SyscallException">The kernel cannot watch it: EPERM for a regular file, ENOSPC, ENOMEM.</exception>
    internal int Watch(int fd, Readiness interest, IDescriptorHandler handler)
    {
        if (!_freeSlots.TryPop(out var index))
        {
            index = _slots.Count;
            _slots.Add(new Slot { Generation = 1 }); // so that no handle is 0, which is that of nobody
        }
        var slot = _slots[index] with { Handler = handler, Descriptor = fd };
        try
        {
            _epoll.Add(fd, interest, Key(index, slot.Generation));
        }
        catch
        {
            _freeSlots.Push(index);
            throw;
        }
        _slots[index] = slot;
        return Handle(index, slot.Generation);
    }

    /// <summary>Stops watching; to be called before the descriptor is closed.</summary>
    internal void Unwatch(int handle)
    {
        if (Find(handle, out var slot) is not { } index)
            return;
        _epoll.Remove(slot.Descriptor);
        _slots[index] = new Slot { Generation = slot.Generation + 1 };
        _freeSlots.Push(index);
    }

    /// <summary>Has work done on the loop thread; may be called from any thread.</summary>
    internal void Post(Action work)
    {
        _work.Enqueue(work);
        _posted.Signal();
    }

    /// <summary>Has work done on the loop thread, and goes on elsewhere with what it gives; may be awaited on any thread.</summary>
    internal Task<T> CallAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>Goes on elsewhere, for who awaits this on the loop thread.</summary>
    internal static ConfiguredTaskAwaitable LeaveAsync() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    /// <summary>Waits until something is ready, an alarm rings or the deadline has come, and serves what is ready.</summary>
    /// <param name="deadline">On the monotonic clock; null waits without end.</param>
    /// <param name="judges">It is a time limit for a program: then we look at the clock now and then, so that time in which we did not run does not count.</param>
    internal void Turn(TimeSpan? deadline, bool judges = false)
    {
        if (Alarms.Next is { } next && !(deadline <= next))
            deadline = next;
        var milliseconds = Milliseconds(deadline);
        if ((judges || Alarms.AreJudging) && (uint)milliseconds > Presence.Slack.TotalMilliseconds)
            milliseconds = (int)Presence.Slack.TotalMilliseconds;
        Clock.Rest(milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds));
        var count = _epoll.Wait(milliseconds);
        _ = Clock.Now; // a look at it: what is served now is not to be taken for a part of the wait
        for (var n = 0; n < count; n++)
        {
            var (key, readiness) = _epoll[n];
            var index = (int)(key & uint.MaxValue);
            var slot = _slots[index];
            if (slot.Handler is not null && slot.Generation == (uint)(key >> 32))
                Serve(index, slot, readiness);
        }
        if (Alarms.Next is not null)
            Alarms.Ring(Clock.Now, e => _handlerFailed(this, e));
    }

    private void Serve(int index, in Slot slot, Readiness readiness)
    {
        try
        {
            slot.Handler!.OnReady(readiness);
        }
        catch (Exception e)
        {
            if (_slots[index].Generation == slot.Generation)
                Unwatch(Handle(index, slot.Generation));
            _handlerFailed(slot.Handler!, e);
        }
    }

    /// <summary>
    /// Runs the work that was posted up to now; what that leads to is for the next turn, so that no flood of it keeps the loop from
    /// signals and deadlines. One piece that throws does not lose the others.
    /// </summary>
    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        _posted.Clear();
        for (var left = _work.Count; left > 0 && _work.TryDequeue(out var work); left--)
            try
            {
                work();
            }
            catch (Exception e)
            {
                _handlerFailed(this, e);
            }
        if (!_work.IsEmpty)
            _posted.Signal();
    }

    private static int Handle(int index, uint generation) => (int)(generation % Generations) << IndexBits | index;

    private int? Find(int handle, out Slot slot)
    {
        var index = handle & (1 << IndexBits) - 1;
        slot = _slots[index];
        return slot.Handler is not null && Handle(index, slot.Generation) == handle ? index : null;
    }

    private static ulong Key(int index, uint generation) => (ulong)generation << 32 | (uint)index;

    private static int Milliseconds(TimeSpan? deadline)
    {
        if (deadline is not { } at)
            return -1;
        // Rounded up: a wait that ends just before its deadline would only turn once more.
        var left = Math.Ceiling((at - Clock.Now).TotalMilliseconds);
        return (int)Math.Clamp(left, 0, int.MaxValue);
    }

    public void Dispose()
    {
        Files.Dispose();
        _posted.Dispose();
        _epoll.Dispose();
    }
}
