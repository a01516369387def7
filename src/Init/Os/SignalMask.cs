using static Init.Native.Libc;

namespace Init.Os;

/// <summary>The signals we wait for synchronously, and the mask that keeps them waiting.</summary>
internal static unsafe class SignalMask
{
    /// <summary>
    /// Blocks signals in the calling thread. Threads that exist already keep their masks, so it is done first thing in Main, which
    /// then executes itself anew: the new image's threads all inherit the mask.
    /// </summary>
    internal static void Block(IEnumerable<int> signals)
    {
        var set = ToSet(signals);
        _ = pthread_sigmask(SIG_BLOCK, &set, null);
    }

    /// <summary>Executes ourselves anew with the signals blocked, once; returns only when they are.</summary>
    internal static void EnsureBlocked(IReadOnlyCollection<int> signals)
    {
        // Inherited as ignored, it would make the kernel reap our children and tell nobody.
        _ = Native.Libc.signal(Signals.SIGCHLD, SIG_DFL);
        if (AreBlocked(signals))
        {
            // The kernel calls us by the file that was executed, `init`; pgrep and killall look for the link that we were called by.
            if (ProcessEnvironment.Arguments is [var called, ..])
                Children.NameOurselves(called[(called.LastIndexOf('/') + 1)..]);
            return;
        }
        Block(signals);
        using var arguments = new NativeStrings(ProcessEnvironment.Arguments);
        using var environment = new NativeStrings(ProcessEnvironment.Variables);
        fixed (byte* path = PosixText.Encode(Spawner.OwnPath))
            _ = execve(path, arguments.Pointer, environment.Pointer);
        throw SyscallException.Last("execve");
    }

    internal static void Unblock(IEnumerable<int> signals)
    {
        var set = ToSet(signals);
        _ = pthread_sigmask(SIG_UNBLOCK, &set, null);
    }

    /// <summary>Gives a signal that was taken from the queue the effect that it would have had if we had not waited for it.</summary>
    internal static void GiveEffect(int signal)
    {
        _ = Children.Signal(Children.OwnPid, signal);
        Unblock([signal]);
        Block([signal]);
    }

    internal static bool AreBlocked(IEnumerable<int> signals)
    {
        sigset_t current;
        _ = pthread_sigmask(SIG_SETMASK, null, &current);
        var wanted = ToSet(signals);
        return (current.bits & wanted.bits) == wanted.bits;
    }

    /// <summary>Nothing blocked and every disposition default, as a program expects to start.</summary>
    internal static void Reset()
    {
        for (var signal = 1; signal <= Signals.SIGRTMAX; signal++)
            if (signal is not (Signals.SIGKILL or Signals.SIGSTOP or 32 or 33)) // 32 and 33 are the C library's own
                _ = Native.Libc.signal(signal, SIG_DFL);
        var none = default(sigset_t);
        _ = pthread_sigmask(SIG_SETMASK, &none, null);
    }

    internal static void Ignore(int signal) => _ = Native.Libc.signal(signal, SIG_IGN);

    internal static sigset_t ToSet(IEnumerable<int> signals)
    {
        var set = default(sigset_t);
        foreach (var signal in signals)
            set.bits |= 1UL << (signal - 1);
        return set;
    }
}
