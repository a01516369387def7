using Init.Loop;
using Init.Os;

namespace Init.Output;

/// <summary>What all programs' output shares: where it may go, and the buffer that it is read into.</summary>
internal sealed class Outlets
{
    // As much as a pipe holds, and the stripper's byte.
    private const int ReadSize = 64 * 1024 + 1;

    // A pipe's capacity can be raised to this without privilege.
    private const long MostInAPipe = 1024 * 1024;

    // A pipe does not fill during a nap at less than some 500 MB/s, and who writes faster does not write little.
    private const int Little = 16 * 1024;
    private static readonly TimeSpan _soon = TimeSpan.FromMicroseconds(100);
    private static readonly TimeSpan _nap = TimeSpan.FromMicroseconds(50);

    /// <summary>How long a reader may do nothing at our exit.</summary>
    internal static readonly TimeSpan DrainIdle = TimeSpan.FromSeconds(1);

    /// <summary>How long readers may take at our exit, all together.</summary>
    internal static readonly TimeSpan DrainTotal = TimeSpan.FromSeconds(3);

    private readonly List<SharedStream> _ownStreams = [];
    private readonly HashSet<ProcessLog> _flowing = [];
    private byte[]? _readBuffer;
    private long _takenBefore;
    private TimeSpan _lastTurn;

    internal Outlets(EventLoop loop, SharedStream stdout, SharedStream stderr, ActivityLog activity, SyslogSocket syslog, bool containerMode, bool stripAnsi)
    {
        (Loop, Stdout, Stderr, Activity, Syslog, ContainerMode, StripAnsi) = (loop, stdout, stderr, activity, syslog, containerMode, stripAnsi);
        if (activity.Special is { } special)
            _ownStreams.Add(special);
    }

    internal EventLoop Loop { get; }

    internal SharedStream Stdout { get; }

    internal SharedStream Stderr { get; }

    internal ActivityLog Activity { get; }

    internal SyslogSocket Syslog { get; }

    internal bool ContainerMode { get; }

    internal bool StripAnsi { get; }

    /// <summary>Of the loop thread; good until the next read.</summary>
    internal byte[] ReadBuffer => _readBuffer ??= GC.AllocateUninitializedArray<byte>(ReadSize, pinned: true);

    /// <summary>How many bytes programs have said so far.</summary>
    internal long Taken { get; set; }

    /// <summary>No more is read once so much has been taken.</summary>
    internal long TakenLimit { get; private set; } = long.MaxValue;

    /// <summary>To be called at the end of each turn: what the turn has queued goes out in as few writes as possible.</summary>
    internal void Flush()
    {
        Stdout.Flush();
        if (Stderr != Stdout)
            Stderr.Flush();
        for (var n = _ownStreams.Count - 1; n >= 0; n--)
        {
            _ownStreams[n].Flush();
            if (_ownStreams[n].IsClosed)
                _ownStreams.RemoveAt(n);
        }
        Coalesce();
    }

    /// <summary>
    /// A program that writes line by line would wake us for every few lines, at three system calls each. When turns follow each other
    /// that fast for that little, a short nap lets more come together: a third of the CPU, and the program itself is faster for it.
    /// </summary>
    private void Coalesce()
    {
        var taken = Taken - _takenBefore;
        if (taken is > 0 and < Little && Clock.Now - _lastTurn < _soon)
            Clock.Nap(_nap);
        _takenBefore = Taken;
        _lastTurn = Clock.Now;
    }

    /// <summary>
    /// The last attempt, synchronously, to bring out what programs and we have said: everything is read that waits in a pipe, a reader
    /// that does nothing for as long as <paramref name="idle"/> is given up, and after <paramref name="total"/> all are.
    /// </summary>
    internal void DrainAtExit(TimeSpan? idle = null, TimeSpan? total = null)
    {
        // A grandchild that goes on writing must not keep us here: no more is taken than pipes can have held.
        TakenLimit = Taken + _flowing.Count * MostInAPipe;
        var deadline = Clock.Now + (total ?? DrainTotal);
        SharedStream.DrainAtExit(ReadAndListStreams, idle ?? DrainIdle, deadline);

        IReadOnlyCollection<SharedStream> ReadAndListStreams()
        {
            long before;
            do
            {
                before = Taken;
                foreach (var log in _flowing.ToArray())
                    log.DrainBeforeReap();
            }
            while (Taken != before && Taken < TakenLimit && Clock.Now < deadline);
            return Streams();
        }
    }

    private HashSet<SharedStream> Streams() => [Stdout, Stderr, .. _ownStreams];

    /// <summary>How many logs still have a pipe that is open or not yet handed on.</summary>
    internal int Flowing => _flowing.Count;

    internal void Add(ProcessLog log) => _flowing.Add(log);

    internal void Remove(ProcessLog log) => _flowing.Remove(log);

    internal SharedStream OpenOwn(int fd, Action<string> report)
    {
        var stream = SharedStream.Own(fd, Loop);
        stream.Report = report;
        _ownStreams.Add(stream);
        return stream;
    }
}
