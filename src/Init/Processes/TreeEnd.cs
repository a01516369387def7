using Init.Config;
using Init.Loop;
using Init.Os;

namespace Init.Processes;

/// <summary>What ending the descendants of a program is done with.</summary>
/// <param name="Signal">That asks them to end.</param>
/// <param name="Until">When they are killed, on the monotonic clock.</param>
/// <param name="IsQuiet">It is one end of many in a crash loop, of which the log tells together.</param>
internal sealed record TreeEndRequest(
    string Group, string Name, string Namespec, TreeMark Mark, int Signal, TimeSpan Until, bool IsQuiet = false);

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

    /// <summary>For kernels that do not tell of an end, and for those who may have forked before they could be held.</summary>
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(100);

    private readonly ProcessContext _context;
    private readonly TreeEndRequest _request;
    private readonly HashSet<Member> _watched = [];
    private readonly HashSet<(int Pid, TimeSpan Started)> _asked = [];
    private readonly HashSet<(int Pid, TimeSpan Started)> _untouchable = [];
    private readonly HashSet<(int Pid, TimeSpan Started)> _ended = []; // known to have, and perhaps not reaped yet
    private TimeSpan _until;
    private Alarm? _alarm;
    private Alarm? _again;
    private bool _kills;
    private bool _isToLook = true;
    private bool _isOver;

    private TreeEnd(ProcessContext context, TreeEndRequest request) => (_context, _request, _until) = (context, request, request.Until);

    /// <summary>Begins it; to be followed by <see cref="LookWhereDue(Reports)"/>.</summary>
    internal static void Begin(ProcessContext context, TreeEndRequest request)
    {
        var end = new TreeEnd(context, request);
        context.Reports.Trees.Add(end);
        end.SetAlarm();
    }

    /// <summary>
    /// Looks where that is due, once a turn: in one pass over all processes for all that have begun or whose known ones have ended. What
    /// has left nothing behind is over by that.
    /// </summary>
    internal static void LookWhereDue(Reports reports) => LookWhereDue(reports, ProcessTree.Marks);

    internal static void LookWhereDue(Reports reports, Func<List<(int Pid, ulong Limit)>> pass)
    {
        List<(int Pid, ulong Limit)>? marks = null;
        for (var i = reports.Trees.Count - 1; i >= 0; i--) // one that is over takes itself out
            if (reports.Trees[i] is { _isToLook: true } tree)
                tree.Look(marks ??= pass());
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
        _alarm = _context.Outlets.Loop.Alarms.Set(_until, TimeIsUp, judges: true);
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
        _isToLook = true;
    }

    /// <summary>Signals those that have not been yet, and waits for some of them; over when there is nobody.</summary>
    private void Look(List<(int Pid, ulong Limit)> marks)
    {
        _isToLook = false;
        _again?.Cancel();
        var left = 0;
        var ended = new List<(int Pid, TimeSpan? Started)>();
        var signalled = new List<string>();
        foreach (var handle in ProcessTree.Marked(_request.Mark, marks, ended))
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
        // Who has ended since the pass began may have forked behind its back.
        var mayHaveMissed = false;
        foreach (var (pid, started) in ended)
            mayHaveMissed |= started is null || _ended.Add((pid, started.Value));
        if (left == 0 && !mayHaveMissed)
            Abandon();
        else if (_watched.Count == 0 || mayHaveMissed)
            _again = _context.Outlets.Loop.Alarms.Set(Clock.Now + _lookAgain, () => _isToLook = true);
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
        Log(_request.IsQuiet ? LogLevel.Debug : _kills ? LogLevel.Warn : LogLevel.Info, _kills
            ? $"killing what {_request.Namespec} left behind with SIGKILL: {names}"
            : $"ending what {_request.Namespec} left behind with {Signals.Name(_request.Signal)}: {names}");
    }

    private void Log(LogLevel level, string text) => _context.Outlets.Activity.Log(level, text);

    /// <summary>Only when all that were waited for have ended: what is left may be more, but then it is few looks.</summary>
    private void HasEnded(Member member)
    {
        _watched.Remove(member);
        _ended.Add((member.Pid, member.Started));
        member.Close();
        if (_watched.Count == 0)
            _isToLook = true;
    }

    private sealed class Member(TreeEnd tree, ProcessHandle handle) : IDescriptorHandler
    {
        private EventLoop? _loop;
        private int _watch;

        internal int Pid => handle.Pid;

        internal TimeSpan Started => handle.Started;

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
