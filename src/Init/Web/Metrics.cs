using System.Globalization;
using Init.Http;
using Init.Os;
using Init.Processes;
using Init.States;
using Microsoft.AspNetCore.Http;

namespace Init.Web;

/// <summary>What is counted of one program.</summary>
/// <param name="Started">Unix seconds of the last start.</param>
/// <param name="Cpu">Of all its runs.</param>
internal readonly record struct ProgramMetrics(
    string Group, string Name, ProcessState State, int ExitStatus, int Pid, double Started, Health Health, bool Waits, int Restarts, int FailedStarts,
    TimeSpan Cpu, long DroppedLines, long LostBytes);

/// <summary>What is counted of ourselves.</summary>
/// <param name="Started">Unix seconds.</param>
internal readonly record struct OwnMetrics(string Version, SupervisorState State, double Started, TimeSpan Cpu, long ResidentBytes, int OpenDescriptors);

/// <summary>`/metrics`: the state is taken on the loop in one short call, /proc is read beside it.</summary>
internal sealed class Metrics(ISupervisor supervisor, TreeSampler trees, string version)
{
    /// <summary>Two scrapes at a time share one pass over /proc.</summary>
    private static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(1);

    private readonly RepeatedAnswer _answer = new();
    private readonly Lazy<double> _booted = new(BootTime);

    internal async Task HandleAsync(HttpContext context)
    {
        context.Response.ContentType = MetricsText.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        await _answer.SendAsync(context, WriteAsync);
    }

    private async Task WriteAsync(Pieces text)
    {
        var usage = await trees.SampleAsync(_maxAge);
        var (programs, state) = await supervisor.Loop.CallAsync(() => (Programs(usage), supervisor.State));
        MetricsText.Write(text, programs, usage, Own(state));
    }

    private List<ProgramMetrics> Programs(IReadOnlyDictionary<int, TreeUsage> usage)
    {
        var programs = new List<ProgramMetrics>();
        foreach (var process in supervisor.Groups.ByName)
        {
            var status = process.Status;
            programs.Add(new(
                process.Group, process.Config.Name, status.State, status.Ended?.ExitCode ?? 0, status.Pid,
                status.Started?.Wall.ToUnixTimeMilliseconds() / 1000.0 ?? 0, process.Health, process.WaitsFor is not null,
                process.History.Restarts, process.History.FailedStarts, process.Cpu(usage.TryGetValue(status.Pid, out var tree) ? tree.Cpu : null),
                process.Stdout.DroppedLines + (process.Stderr?.DroppedLines ?? 0), process.Stdout.LostBytes + (process.Stderr?.LostBytes ?? 0)));
        }
        return programs;
    }

    private OwnMetrics Own(SupervisorState state)
    {
        _ = ProcessStat.TryRead(Children.OwnPid, out var own);
        return new(version, state, _booted.Value + own.Started.TotalSeconds, own.OwnCpu, own.ResidentBytes, Descriptors.CountOpen());
    }

    /// <summary>Unix seconds at which the machine was started: the line `btime N` of /proc/stat.</summary>
    private static double BootTime()
    {
        try
        {
            foreach (var line in File.ReadLines("/proc/stat"))
                if (line.StartsWith("btime ", StringComparison.Ordinal) && double.TryParse(line.AsSpan(6), CultureInfo.InvariantCulture, out var time))
                    return time;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc.
        }
        return 0;
    }
}
