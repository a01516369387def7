using Init.Events;
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

    private readonly Carried _carried;
    private readonly List<SharedStream> _ownStreams;
    private readonly HashSet<ProcessLog> _flowing;
    private byte[]? _readBuffer;
    private long _takenBefore;
    private TimeSpan _lastTurn;

    /// <param name="previous">Of the life before: what still flows there goes on here, and says what befalls it in the new activity log.</param>
    internal Outlets(
        EventLoop loop, SharedStream stdout, SharedStream stderr, ActivityLog activity, SyslogSocket syslog, EventBus events, bool containerMode,
        bool stripAnsi, Outlets? previous = null)
    {
        (Loop, Stdout, Stderr, Events, ContainerMode, StripAnsi) = (loop, stdout, stderr, events, containerMode, stripAnsi);
        _carried = previous?._carried ?? new Carried();
        (_carried.Activity, _carried.Syslog) = (activity, syslog);
        (_ownStreams, _flowing) = (_carried.OwnStreams, _carried.Flowing);
        if (activity.Special is { } special)
            _ownStreams.Add(special);
    }

    /// <summary>What outlives a life: descendants of its programs may go on speaking in the next ones.</summary>
    private sealed class Carried
    {
        public List<SharedStream> OwnStreams { get; } = [];
        public HashSet<ProcessLog> Flowing { get; } = [];
        public ActivityLog Activity { get; set; } = null!;
        public SyslogSocket Syslog { get; set; } = null!;
        public long Taken { get; set; }
        public long TakenLimit { get; set; } = long.MaxValue;
    }

    internal EventLoop Loop { get; }

    internal SharedStream Stdout { get; }

    internal SharedStream Stderr { get; }

    internal ActivityLog Activity => _carried.Activity;

    internal SyslogSocket Syslog => _carried.Syslog;

    /// <summary>Where those hear of output who listen to events.</summary>
    internal EventBus Events { get; }

    internal bool ContainerMode { get; }

    internal bool StripAnsi { get; }

    /// <summary>Of the loop thread; good until the next read.</summary>
    internal byte[] ReadBuffer => _readBuffer ??= GC.AllocateUninitializedArray<byte>(ReadSize, pinned: true);

    /// <summary>How many bytes programs have said so far.</summary>
    internal long Taken
    {
        get => _carried.Taken;
        set => _carried.Taken = value;
    }

    /// <summary>No more is read once so much has been taken.</summary>
    internal long TakenLimit => _carried.TakenLimit;

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
        _carried.TakenLimit = Taken + _flowing.Count * MostInAPipe;
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

    /// <summary>A stream for one log; where the last one to the same place still waits for its reader, that one goes on.</summary>
    internal SharedStream OpenOwn(int fd, Action<string> report)
    {
        var stream = _ownStreams.Find(stream => stream.IsClosing && stream.LeadsTo(fd));
        if (stream is not null)
        {
            stream.KeepOpen();
            Descriptors.Close(fd);
        }
        else
        {
            stream = SharedStream.Own(fd, Loop);
            _ownStreams.Add(stream);
        }
        stream.Report = report;
        return stream;
    }
}
