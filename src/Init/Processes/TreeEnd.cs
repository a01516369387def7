using Init.Config;
using Init.Loop;
using Init.Os;

namespace Init.Processes;

/// <summary>What ending the descendants of a program is done with.</summary>
/// <param name="Signal">That asks them to end.</param>
/// <param name="Until">When they are killed, on the monotonic clock.</param>
internal sealed record TreeEndRequest(string Group, string Name, string Namespec, TreeMark Mark, int Signal, TimeSpan Until);

/// <summary>
/// stop_tree: the end of those that a program leaves behind when it has ended itself. They are asked by the stop signal, and killed when
/// the time is over; those that come into being meanwhile too. The kernel tells of each end, whoever its parent is. Of the loop thread.
/// </summary>
internal sealed class TreeEnd
{
    /// <summary>Descriptors are dear: of many, these are waited for first.</summary>
    private const int MostWatched = 64;

    private const int MostNamed = 10;

    /// <summary>What SIGKILL does not end by then waits in the kernel for something, and nobody waits for it.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>For kernels that do not tell of an end.</summary>
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(100);

    private readonly ProcessContext _context;
    private readonly TreeEndRequest _request;
    private readonly HashSet<Member> _watched = [];
    private readonly HashSet<(int Pid, TimeSpan Started)> _asked = [];
    private readonly HashSet<(int Pid, TimeSpan Started)> _untouchable = [];
    private TimeSpan _until;
    private Alarm? _alarm;
    private Alarm? _again;
    private bool _kills;
    private bool _isNew = true;
    private bool _isOver;

    private TreeEnd(ProcessContext context, TreeEndRequest request) => (_context, _request, _until) = (context, request, request.Until);

    /// <summary>Begins it; to be followed by <see cref="LookForNew"/>.</summary>
    internal static void Begin(ProcessContext context, TreeEndRequest request)
    {
        var end = new TreeEnd(context, request);
        context.Reports.Trees.Add(end);
        end.SetAlarm();
    }

    /// <summary>Looks for the first time, in one pass for all that have ended together; what has left nothing behind is over by that.</summary>
    internal static void LookForNew(Reports reports)
    {
        List<(int Pid, ulong Limit)>? marks = null;
        for (var i = reports.Trees.Count - 1; i >= 0; i--) // one that is over takes itself out
            if (reports.Trees[i] is { _isNew: true } tree)
                tree.Look(marks ??= ProcessTree.Marks());
    }

    internal bool IsOf(string group, string name) => _request.Group == group && _request.Name == name;

    /// <summary>There is less time than there was.</summary>
    internal void EndBy(TimeSpan until)
    {
        if (_kills || until >= _until)
            return;
        _until = until;
        SetAlarm();
    }

    /// <summary>Whatever is left is left.</summary>
    internal void Abandon()
    {
        if (_isOver)
            return;
        _isOver = true;
        _alarm?.Cancel();
        _again?.Cancel();
        foreach (var member in _watched)
            member.Close();
        _watched.Clear();
        _context.Reports.Trees.Remove(this);
        _context.Reports.Changes++; // a start may have waited for this
    }

    private void SetAlarm()
    {
        _alarm?.Cancel();
        _alarm = _context.Outlets.Loop.Alarms.Set(_until, TimeIsUp);
    }

    private void TimeIsUp()
    {
        if (_kills)
        {
            Log(LogLevel.Warn, $"what {_request.Namespec} left behind does not end, even by SIGKILL");
            Abandon();
            return;
        }
        _kills = true;
        _until = Clock.Now + _patience;
        SetAlarm();
        _asked.Clear();
        Look();
    }

    /// <summary>Signals those that have not been yet, and waits for some of them; over when there is nobody.</summary>
    private void Look() => Look(ProcessTree.Marks());

    private void Look(List<(int Pid, ulong Limit)> marks)
    {
        _isNew = false;
        _again?.Cancel();
        var left = 0;
        var signalled = new List<string>();
        foreach (var handle in ProcessTree.Marked(_request.Mark, marks))
        {
            var key = (handle.Pid, handle.Started);
            if (_asked.Add(key) && !_untouchable.Contains(key))
            {
                var who = FormattableString.Invariant($"{handle.Name} ({handle.Pid})");
                var errno = handle.Signal(_kills ? Signals.SIGKILL : _request.Signal);
                if (errno == 0)
                    signalled.Add(who);
                else if (errno != Errno.ESRCH)
                {
                    _untouchable.Add(key);
                    Log(LogLevel.Warn,
                        $"cannot end {who}, which {_request.Namespec} left behind: [Errno {errno}] {Errno.Text(errno)}");
                }
            }
            if (_untouchable.Contains(key))
                handle.Dispose();
            else
            {
                left++;
                Watch(handle);
            }
        }
        if (signalled.Count > 0)
            Say(signalled);
        if (left == 0)
            Abandon();
        else if (_watched.Count == 0)
            _again = _context.Outlets.Loop.Alarms.Set(Clock.Now + _lookAgain, Look);
    }

    private void Watch(ProcessHandle handle)
    {
        if (handle.Descriptor < 0 || _watched.Count >= MostWatched || _watched.Any(member => member.Pid == handle.Pid))
        {
            handle.Dispose();
            return;
        }
        var member = new Member(this, handle);
        try
        {
            member.Watch(_context.Outlets.Loop);
            _watched.Add(member);
        }
        catch (SyscallException)
        {
            handle.Dispose(); // looked for again instead
        }
    }

    private void Say(List<string> processes)
    {
        var names = string.Join(", ", processes.Take(MostNamed));
        if (processes.Count > MostNamed)
            names += $" and {processes.Count - MostNamed} more";
        Log(_kills ? LogLevel.Warn : LogLevel.Info, _kills
            ? $"killing what {_request.Namespec} left behind with SIGKILL: {names}"
            : $"ending what {_request.Namespec} left behind with {Signals.Name(_request.Signal)}: {names}");
    }

    private void Log(LogLevel level, string text) => _context.Outlets.Activity.Log(level, text);

    /// <summary>Only when all that were waited for have ended: what is left may be more, but then it is few looks.</summary>
    private void HasEnded(Member member)
    {
        _watched.Remove(member);
        member.Close();
        if (_watched.Count == 0)
            Look();
    }

    private sealed class Member(TreeEnd tree, ProcessHandle handle) : IDescriptorHandler
    {
        private EventLoop? _loop;
        private int _watch;

        internal int Pid => handle.Pid;

        internal void Watch(EventLoop loop)
        {
            _watch = loop.Watch(handle.Descriptor, Readiness.Readable, this);
            _loop = loop;
        }

        internal void Close()
        {
            _loop?.Unwatch(_watch);
            handle.Dispose();
        }

        void IDescriptorHandler.OnReady(Readiness readiness) => tree.HasEnded(this);
    }
}
