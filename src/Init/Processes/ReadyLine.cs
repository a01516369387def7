using System.Text;
using System.Text.RegularExpressions;
using Init.Config;
using Init.Loop;
using Init.Os;
using Init.Output;

namespace Init.Processes;

/// <summary>
/// log:regex: the program prints a line like that, on stdout or stderr. The expression is the user's and may take any time, so another thread
/// looks at the lines; a program that prints faster than that waits. An expression that takes too long is given up for this run.
/// </summary>
internal sealed class ReadyLine(Subprocess process, string pattern, EventLoop loop) : ReadyWatch
{
    /// <summary>For all lines of a run; for a single one there is the limit of all expressions.</summary>
    private static readonly TimeSpan _mostTime = TimeSpan.FromSeconds(5);

    private readonly Regex _pattern = new(pattern);
    private Lines? _lines;
    private string? _problem;

    private EventLoop Loop => loop;

    private string Name => process.Namespec;

    internal override string? Problem => _problem;

    internal override void Begin(int pid)
    {
        _lines = new Lines(this, pid);
        process.Stdout.Tap = new Stream(_lines);
        if (process.Stderr is { } stderr)
            stderr.Tap = new Stream(_lines);
    }

    internal override void LeaveStarting() => Dispose();

    public override void Dispose()
    {
        process.Stdout.Tap = null;
        if (process.Stderr is { } stderr)
            stderr.Tap = null;
        _lines?.End();
        _lines = null;
    }

    private void Found(Lines lines, string? problem)
    {
        if (lines != _lines)
            return; // it was over meanwhile
        Dispose(); // it is said once
        _problem = problem;
        if (problem is null)
            process.Handle(ProcessInput.Ready);
        else
            process.Log(LogLevel.Error, $"{process.Config.Name}: {problem}, its output is not looked at any more: log:{pattern}");
    }

    /// <summary>Lines of a run that are still to be looked at, in order. Filled on the loop thread, looked at on another one.</summary>
    private sealed class Lines(ReadyLine owner, int pid)
    {
        /// <summary>In bytes; what comes then waits in the pipe.</summary>
        private const int Most = 256 * 1024;

        private const string Match = "it matches";

        private readonly Lock _lock = new();
        private readonly Queue<string> _queue = [];
        private readonly List<IRoomWaiter> _waiting = []; // of the loop thread
        private int _bytes;
        private bool _isLooking;
        private volatile bool _isOver;
        private TimeSpan _used;

        internal int Pid => pid;

        internal bool HasRoom => _isOver || Volatile.Read(ref _bytes) < Most;

        internal void Add(string line)
        {
            lock (_lock)
            {
                _queue.Enqueue(line);
                _bytes += line.Length + 1;
                if (_isLooking)
                    return;
                _isLooking = true;
            }
            Begin();
        }

        internal void WaitForRoom(IRoomWaiter waiter) => _waiting.Add(waiter);

        internal void End()
        {
            _isOver = true;
            LetIn();
        }

        private void Begin()
        {
            if (!Abandonable.TryStart($"expression of {owner.Name} ({pid})", Look, Looked))
                Looked("there is no thread to look at its output");
        }

        /// <summary>Whether one of the lines matched, or why no more of them are looked at; null when there are no more for now.</summary>
        private string? Look()
        {
            while (Take() is { } line)
            {
                var begun = Clock.Now;
                try
                {
                    if (owner._pattern.IsMatch(line))
                        return Match;
                }
                catch (RegexMatchTimeoutException)
                {
                    _used = _mostTime;
                }
                _used += Clock.Now - begun;
                if (_used >= _mostTime)
                    return "the expression takes too long";
            }
            return null;
        }

        private void Looked(string? found)
        {
            if (found is not null)
            {
                owner.Loop.Post(() => owner.Found(this, found == Match ? null : found));
                return;
            }
            lock (_lock)
            {
                _isLooking = false;
                if (_queue.Count == 0)
                    return;
                _isLooking = true; // lines that came meanwhile
            }
            Begin();
        }

        private string? Take()
        {
            lock (_lock)
            {
                var wasFull = _bytes >= Most;
                if (_isOver || !_queue.TryDequeue(out var line))
                    return null;
                _bytes -= line.Length + 1;
                if (wasFull && _bytes < Most)
                    owner.Loop.Post(LetIn);
                return line;
            }
        }

        private void LetIn()
        {
            var waiting = _waiting.ToArray();
            _waiting.Clear();
            foreach (var waiter in waiting)
                owner.Loop.Post(waiter.OnRoom);
        }
    }

    /// <summary>The lines of one of its streams, of which a long one is looked at in pieces.</summary>
    private sealed class Stream(Lines lines) : IOutputReader
    {
        private const int LongestLine = 8192;

        private readonly ByteQueue _line = new(kept: 256);

        bool IOutputReader.HasRoom => lines.HasRoom;

        void IOutputReader.WaitForRoom(IRoomWaiter waiter) => lines.WaitForRoom(waiter);

        void IOutputReader.Read(int pid, ReadOnlySpan<byte> said)
        {
            // What a descendant of an earlier run says is not of this one.
            while (pid == lines.Pid && !said.IsEmpty)
            {
                var end = said.IndexOf((byte)'\n');
                _line.Append(said[..(end < 0 ? said.Length : end)]);
                said = end < 0 ? [] : said[(end + 1)..];
                if (end < 0 && _line.Length < LongestLine)
                    break;
                lines.Add(Encoding.UTF8.GetString(_line.Unread).TrimEnd('\r'));
                _line.Clear();
            }
        }
    }
}
