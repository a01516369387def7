using Init.Os;

namespace Init.Processes;

/// <summary>The pipes of one start: what is not taken is closed again, but for a socket in the place of stdin's, which is its owner's.</summary>
internal sealed class ChildPipes : IDisposable
{
    private readonly List<int> _open = [];
    private readonly int? _stdin;
    private readonly int _stdout;
    private readonly int _stderr;

    /// <param name="socket">What is stdin instead of a pipe.</param>
    /// <exception cref="SyscallException">EMFILE, ENFILE: no pipe was left open.</exception>
    internal ChildPipes(bool redirectStderr, int? socket)
    {
        try
        {
            if (socket is { } fd)
                ChildStdin = fd;
            else
                (ChildStdin, _stdin) = Pipe();
            (_stdout, ChildStdout) = Pipe();
            (_stderr, ChildStderr) = redirectStderr ? (-1, ChildStdout) : Pipe();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal int ChildStdin { get; }
    internal int ChildStdout { get; }
    internal int ChildStderr { get; }

    /// <summary>Null when stdin is no pipe.</summary>
    internal int? TakeStdin() => _stdin is { } fd ? Take(fd) : null;
    internal int TakeStdout() => Take(_stdout);
    internal int TakeStderr() => Take(_stderr);

    /// <summary>Lets the program open /dev/stdout and its like by name as its own user (not so in Supervisor, L-046).</summary>
    internal void GiveTo(uint uid)
    {
        if (_stdin is not null)
            Descriptors.GiveTo(ChildStdin, uid);
        Descriptors.GiveTo(ChildStdout, uid);
        Descriptors.GiveTo(ChildStderr, uid);
    }

    public void Dispose()
    {
        foreach (var fd in _open)
            Descriptors.Close(fd);
        _open.Clear();
    }

    private (int Read, int Write) Pipe()
    {
        var ends = Descriptors.Pipe();
        _open.Add(ends.Read);
        _open.Add(ends.Write);
        return ends;
    }

    private int Take(int fd)
    {
        _open.Remove(fd);
        return fd;
    }
}
