using static Init.Native.Libc;

namespace Init.Os;

/// <summary>The signals we wait for synchronously, and the mask that keeps them waiting.</summary>
internal static unsafe class SignalMask
{
    /// <summary>
    /// Keeps these waiting until they are read from a <see cref="SignalQueue"/>, and lets all others have their effect. They wait since before
    /// the runtime made its first thread (start.c), so in all threads.
    /// </summary>
    internal static void WaitFor(IEnumerable<int> signals)
    {
        // Inherited as ignored, it would make the kernel reap our children without a word.
        _ = Native.Libc.signal(Signals.SIGCHLD, SIG_DFL);
        // The kernel calls us by the file that was executed, `init`; pgrep and killall look for the link that we were called by.
        if (ProcessEnvironment.Arguments is [var called, ..])
            Children.NameOurselves(called[(called.LastIndexOf('/') + 1)..]);
        Set((OwnStart.InheritedMask | ToSet(signals).bits) & ~ToSet([Signals.SIGRTMIN]).bits);
    }

    /// <summary>Waits for no signal: each has the effect that it would have had without us.</summary>
    internal static void WaitForNone() => Set(OwnStart.InheritedMask);

    private static void Set(ulong bits)
    {
        var set = new sigset_t { bits = bits };
        _ = pthread_sigmask(SIG_SETMASK, &set, null);
    }

    internal static void Block(IEnumerable<int> signals)
    {
        var set = ToSet(signals);
        _ = pthread_sigmask(SIG_BLOCK, &set, null);
    }

    internal static void Unblock(IEnumerable<int> signals)
    {
        var set = ToSet(signals);
        _ = pthread_sigmask(SIG_UNBLOCK, &set, null);
    }

    /// <summary>Gives a signal that was taken from the queue the effect that it would have had if we had not waited for it.</summary>
    internal static void GiveEffect(int signal)
    {
        if (signal == Signals.SIGRTMIN)
        {
            if (Children.OwnPid == 1)
                return; // the kernel would drop it, and the runtime would be without its signal
            _ = Native.Libc.signal(signal, SIG_DFL);
        }
        _ = Children.Signal(Children.OwnPid, signal);
        Unblock([signal]);
        Block([signal]);
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
