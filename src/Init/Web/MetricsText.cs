using System.Buffers;
using System.Globalization;
using System.Text;
using Init.Os;
using Init.Processes;
using Init.States;

namespace Init.Web;

/// <summary>
/// Prometheus's text format, version 0.0.4:
/// <code>
/// family = "# HELP " name SP text LF "# TYPE " name SP ( "gauge" | "counter" ) LF { sample }
/// sample = name [ "{" label { "," label } "}" ] SP number LF
/// label  = name "=" QUOTE { character, with \\ \" \n escaped } QUOTE
/// </code>
/// Four families have the names, labels and types that node_exporter's collector for supervisord gives them.
/// </summary>
internal sealed class MetricsText
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>What is handed on at once: the output takes a lock each time.</summary>
    private const int BlockSize = 16 * 1024;

    private const double ExactIntegers = 1L << 53;

    private const string Gauge = "gauge";
    private const string Counter = "counter";

    private readonly IBufferWriter<byte> _output;
    private readonly byte[] _block = new byte[BlockSize];
    private readonly IReadOnlyList<ProgramMetrics> _programs;
    private readonly TreeUsage?[] _trees;
    private readonly byte[][] _labels;
    private int _length;

    private MetricsText(IBufferWriter<byte> output, IReadOnlyList<ProgramMetrics> programs, IReadOnlyDictionary<int, TreeUsage> trees)
    {
        (_output, _programs) = (output, programs);
        (_trees, _labels) = (new TreeUsage?[programs.Count], new byte[programs.Count][]);
        for (var n = 0; n < programs.Count; n++)
        {
            _trees[n] = trees.TryGetValue(programs[n].Pid, out var tree) ? tree : null;
            _labels[n] = Encoding.UTF8.GetBytes($"{{name=\"{Escaped(programs[n].Name)}\",group=\"{Escaped(programs[n].Group)}\"}}");
        }
    }

    internal static void Write(
        IBufferWriter<byte> output, IReadOnlyList<ProgramMetrics> programs, IReadOnlyDictionary<int, TreeUsage> trees, in OwnMetrics own)
    {
        var text = new MetricsText(output, programs, trees);
        text.WritePrograms();
        text.WriteOwn(own);
        text.HandOn();
    }

    private void WritePrograms()
    {
        Family("node_supervisord_state", Gauge, "Process State", static (in ProgramMetrics program, in TreeUsage? _) => (int)program.State);
        Family("node_supervisord_exit_status", Gauge, "Process Exit Status", static (in ProgramMetrics program, in TreeUsage? _) => program.ExitStatus);
        Family("node_supervisord_up", Gauge, "Process Up", static (in ProgramMetrics program, in TreeUsage? _) => IsUp(program.State) ? 1 : 0);
        Family("node_supervisord_start_time_seconds", Counter, "Process start time",
            static (in ProgramMetrics program, in TreeUsage? _) => IsUp(program.State) ? program.Started : null);

        Family("init_restarts_total", Counter, "How often the program was started again by itself since the daemon's start.",
            static (in ProgramMetrics program, in TreeUsage? _) => program.Restarts);
        Family("init_failed_starts_total", Counter, "Starts that have failed since the daemon's start.",
            static (in ProgramMetrics program, in TreeUsage? _) => program.FailedStarts);
        Family("init_healthy", Gauge, "What the healthcheck says: 1 healthy, 0 unhealthy or not healthy yet.",
            static (in ProgramMetrics program, in TreeUsage? _) => program.Health == Health.None ? null : program.Health == Health.Healthy ? 1 : 0);
        Family("init_waiting", Gauge, "Whether the start of the program waits for what it depends on.",
            static (in ProgramMetrics program, in TreeUsage? _) => program.Waits ? 1 : 0);
        Family("init_resident_memory_bytes", Gauge, "Resident memory of the program and its descendants; shared pages count for each of them.",
            static (in ProgramMetrics _, in TreeUsage? tree) => tree?.ResidentBytes);
        Family("init_processes", Gauge, "How many processes the program and its descendants are.",
            static (in ProgramMetrics _, in TreeUsage? tree) => tree?.Processes);
        Family("init_cpu_seconds_total", Counter, "User and system time of all runs of the program, and of its descendants.",
            static (in ProgramMetrics program, in TreeUsage? _) => program.Cpu.TotalSeconds);
        Family("init_log_dropped_lines_total", Counter, "Lines that were given up because nobody read our output (log_backlog=drop).",
            static (in ProgramMetrics program, in TreeUsage? _) => program.DroppedLines);
        Family("init_log_lost_bytes_total", Counter, "Bytes that the program's log files could not be written.",
            static (in ProgramMetrics program, in TreeUsage? _) => program.LostBytes);
    }

    private void WriteOwn(in OwnMetrics own)
    {
        Single("init_supervisor_state", Gauge, "State of the daemon: 1 running, 0 restarting, -1 shutting down.", (int)own.State);
        Single("init_build_info", Gauge, "What runs here.", 1, $"{{version=\"{Escaped(own.Version)}\"}}");
        Single("process_cpu_seconds_total", Counter, "User and system time of the daemon itself.", own.Cpu.TotalSeconds);
        Single("process_resident_memory_bytes", Gauge, "Resident memory of the daemon itself.", own.ResidentBytes);
        Single("process_open_fds", Gauge, "Descriptors that the daemon has open.", own.OpenDescriptors);
        Single("process_start_time_seconds", Gauge, "When the daemon was started, in seconds since the epoch.", own.Started);
    }

    /// <summary>Null for no sample.</summary>
    private delegate double? Value(in ProgramMetrics program, in TreeUsage? tree);

    /// <summary>There is a process, as the collector understands it.</summary>
    private static bool IsUp(ProcessState state) => state.IsSignallable();

    private void Family(string name, string type, string help, Value value)
    {
        Head(name, type, help);
        var utf8 = Encoding.UTF8.GetBytes(name);
        for (var n = 0; n < _labels.Length; n++)
        {
            var program = _programs[n];
            if (value(program, _trees[n]) is { } number)
                Sample(utf8, _labels[n], number);
        }
    }

    private void Single(string name, string type, string help, double number, string label = "")
    {
        Head(name, type, help);
        Sample(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(label), number);
    }

    private void Head(string name, string type, string help) => Add(Encoding.UTF8.GetBytes($"# HELP {name} {help}\n# TYPE {name} {type}\n"));

    private void Sample(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, double number)
    {
        Add(name);
        Add(labels);
        Add(" "u8);
        Span<byte> digits = stackalloc byte[32];
        int count;
        if (Math.Abs(number) < ExactIntegers && number == Math.Truncate(number))
            _ = ((long)number).TryFormat(digits, out count, provider: CultureInfo.InvariantCulture); // several times as quick
        else
            _ = number.TryFormat(digits, out count, provider: CultureInfo.InvariantCulture);
        Add(digits[..count]);
        Add("\n"u8);
    }

    private void Add(ReadOnlySpan<byte> text)
    {
        if (text.Length > BlockSize - _length)
            HandOn();
        if (text.Length > BlockSize)
        {
            _output.Write(text); // names that long are no reason to fail
            return;
        }
        text.CopyTo(_block.AsSpan(_length));
        _length += text.Length;
    }

    private void HandOn()
    {
        _output.Write(_block.AsSpan(0, _length));
        _length = 0;
    }

    private static string Escaped(string text) => PosixText.Harmless(text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal), '\uFFFD');
}
