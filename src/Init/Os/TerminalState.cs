using static Init.Native.Libc;

namespace Init.Os;

/// <summary>A terminal in another mode, until it is disposed of. What is no terminal is left alone.</summary>
internal sealed unsafe class TerminalState : IDisposable
{
    private readonly int _descriptor;
    private readonly termios _before;
    private readonly bool _changed;

    private TerminalState(int descriptor, uint inputOff, uint localOff)
    {
        _descriptor = descriptor;
        termios state;
        if (tcgetattr(descriptor, &state) < 0)
            return;
        _before = state;
        state.c_iflag &= ~inputOff;
        state.c_lflag &= ~localOff;
        state.c_cc[VMIN] = 1;
        state.c_cc[VTIME] = 0;
        _changed = tcsetattr(descriptor, TCSADRAIN, &state) == 0;
    }

    /// <summary>Each key at once, and not shown. Ctrl-C stays a signal.</summary>
    internal static TerminalState KeyByKey(int descriptor) => new(descriptor, ICRNL | IXON, ICANON | ECHO);

    /// <summary>Lines, not shown: for a password.</summary>
    internal static TerminalState Silent(int descriptor) => new(descriptor, 0, ECHO);

    /// <summary>0 when it does not say.</summary>
    internal static int Columns(int descriptor) => Size(descriptor).Columns;

    /// <summary>0 for what it does not say.</summary>
    internal static (int Columns, int Rows) Size(int descriptor)
    {
        winsize size;
        return ioctl(descriptor, TIOCGWINSZ, (nint)(&size)) == 0 ? (size.ws_col, size.ws_row) : (0, 0);
    }

    public void Dispose()
    {
        var before = _before;
        if (_changed)
            _ = tcsetattr(_descriptor, TCSADRAIN, &before);
    }
}
