using System.Buffers.Text;

namespace Init.Os;

/// <summary>
/// What `/proc/PID/stat` says of a process: `pid (comm) state ppid ...`, where comm may hold anything, also parentheses and line ends.
/// </summary>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="IsDead">A zombie, which only waits to be reaped. Where only the first thread has ended, it reads as one and lives on.</param>
/// <param name="Cpu">User and system time, its own and of the children that it has reaped.</param>
/// <param name="ResidentBytes">Pages shared with others are counted for each of them.</param>
internal readonly record struct ProcessStat(int Pid, int Parent, int Group, int Session, bool IsDead, TimeSpan Cpu, long ResidentBytes)
{
    /// <summary>Its own part of <see cref="Cpu"/>.</summary>
    internal TimeSpan OwnCpu { get; init; }

    /// <summary>When it was started, as time since the machine was.</summary>
    internal TimeSpan Started { get; init; }

    private const int ManyProcesses = 256;
    private const int ReadAtOnce = 32;

    /// <summary>USER_HZ, which is 100 on every Linux that .NET runs on.</summary>
    private const int TicksPerSecond = 100;

    // Numbers of fields after the name, of which the first is the state.
    private const int ParentField = 1;
    private const int GroupField = 2;
    private const int SessionField = 3;
    private const int UserField = 11;
    private const int SystemField = 12;
    private const int ReapedUserField = 13;
    private const int ReapedSystemField = 14;
    private const int ThreadsField = 17;
    private const int StartedField = 19;
    private const int ResidentField = 21;

    internal static bool TryParse(ReadOnlySpan<byte> line, int pageSize, out ProcessStat stat)
    {
        stat = default;
        var end = line.LastIndexOf(") "u8);
        if (end < 0 || !Utf8Parser.TryParse(line, out int pid, out _))
            return false;
        line = line[(end + 2)..];
        var state = line.IsEmpty ? (byte)0 : line[0];
        Span<long> fields = stackalloc long[ResidentField + 1];
        for (var field = 1; field <= ResidentField; field++)
        {
            line = line[(line.IndexOf((byte)' ') + 1)..];
            if (!Utf8Parser.TryParse(line, out fields[field], out var used) || used == line.Length || line[used] is not ((byte)' ' or (byte)'\n'))
                return false;
        }
        var isDead = state == 'X' || (state == 'Z' && fields[ThreadsField] <= 1);
        var own = fields[UserField] + fields[SystemField];
        stat = new(
            pid, (int)fields[ParentField], (int)fields[GroupField], (int)fields[SessionField], isDead,
            Time(own + fields[ReapedUserField] + fields[ReapedSystemField]), fields[ResidentField] * pageSize)
        {
            OwnCpu = Time(own),
            Started = Time(fields[StartedField]),
        };
        return true;
    }

    private static TimeSpan Time(long ticks) => TimeSpan.FromTicks(ticks * (TimeSpan.TicksPerSecond / TicksPerSecond));

    /// <summary>Every process that we may see. Those that end meanwhile are not among them.</summary>
    internal static List<ProcessStat> All()
    {
        var pids = ProcFiles.Pids();
        var all = new List<ProcessStat>(pids.Count);
        var next = 0;
        // The kernel takes some 10 microseconds for each: many are shared among cores, of which one may be slower than another.
        var helpers = new Task[Math.Clamp(pids.Count / ManyProcesses, 1, WorkerThreads.AtOnce) - 1];
        for (var n = 0; n < helpers.Length; n++)
            helpers[n] = Task.Run(ReadSome);
        ReadSome();
        Task.WaitAll(helpers);
        return all;

        void ReadSome()
        {
            Span<ProcessStat> read = stackalloc ProcessStat[ReadAtOnce];
            for (int from; (from = Interlocked.Add(ref next, ReadAtOnce) - ReadAtOnce) < pids.Count;)
            {
                var count = 0;
                for (var at = from; at < Math.Min(pids.Count, from + ReadAtOnce); at++)
                    if (TryRead(pids[at], out read[count]))
                        count++;
                lock (all)
                    all.AddRange(read[..count]);
            }
        }
    }

    /// <summary>False when it is gone.</summary>
    internal static bool TryRead(int pid, out ProcessStat stat)
    {
        Span<byte> line = stackalloc byte[1024];
        return TryParse(line[..ProcFiles.Read(pid, "stat"u8, line)], Environment.SystemPageSize, out stat);
    }
}
