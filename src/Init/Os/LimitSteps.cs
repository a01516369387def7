using System.Globalization;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>The steps of <see cref="ExecPlan"/> that hold a child to its limits; the words for a failure are like Supervisor's for others.</summary>
internal static unsafe class LimitSteps
{
    private const string Unlimited = "unlimited";
    private const string AddressSpace = "limit_as";
    private const string Mark = "mark";
    private const string OomFile = "/proc/self/oom_score_adj";

    internal static IEnumerable<string> From(ChildLimits limits)
    {
        if (limits.Nice is { } nice)
            yield return Invariant($"nice={nice}");
        if (limits.OomScoreAdj is { } score)
            yield return Invariant($"oom_score_adj={score}");
        if (limits.OpenFiles is { } files)
            yield return Step("limit_nofile", files);
        if (limits.Processes is { } processes)
            yield return Step("limit_nproc", processes);
        if (limits.CoreSize is { } core)
            yield return Step("limit_core", core);
        if (limits.AddressSpace is { } space)
            yield return Step(AddressSpace, space);
        if (limits.NoNewPrivs)
            yield return "no_new_privs=1";
        if (limits.Mark is { } mark)
            yield return Step(Mark, mark.AsLimit);
    }

    /// <summary>Does one step; returns what went wrong.</summary>
    internal static string? Carry(string step, string value) => step switch
    {
        "nice" => Failure(step, value, setpriority(PRIO_PROCESS, 0, int.Parse(value, CultureInfo.InvariantCulture)) == 0 ? 0 : Errno.Last),
        "oom_score_adj" => Failure(step, value, WriteOomScore(value)),
        "limit_nofile" => Failure(step, value, Limits.Set(Parse(LimitKind.OpenFiles, value))),
        "limit_nproc" => Failure(step, value, Limits.Set(Parse(LimitKind.Processes, value))),
        "limit_core" => Failure(step, value, Limits.Set(Parse(LimitKind.CoreSize, value))),
        AddressSpace => null, // left for the last moment
        "no_new_privs" => Failure(step, value, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : Errno.Last),
        Mark => Failure("the mark of stop_tree", value, Limits.Set(Parse(LimitKind.RealTime, value))),
        _ => $"couldn't exec: unknown step {step}",
    };

    /// <summary>Does what must come right before the exec.</summary>
    internal static string? CarryLast(IEnumerable<string> steps)
    {
        foreach (var step in steps)
            if (step.StartsWith(AddressSpace + "=", StringComparison.Ordinal) && step[(AddressSpace.Length + 1)..] is var value)
                return Failure(AddressSpace, value, Limits.Set(Parse(LimitKind.AddressSpace, value)));
        return null;
    }

    private static string? Failure(string step, string value, int errno) => errno == 0 ? null : $"couldn't set {step} to {value}: {Errno.Name(errno)}";

    private static int WriteOomScore(string value)
    {
        try
        {
            var fd = Descriptors.Open(OomFile, O_WRONLY);
            var written = Descriptors.Write(fd, PosixText.Bytes(value));
            Descriptors.Close(fd);
            return written < 0 ? Errno.EAGAIN : 0;
        }
        catch (SyscallException e)
        {
            return e.Errno;
        }
    }

    private static string Step(string name, ResourceLimit limit) => $"{name}={Text(limit.Soft)}:{Text(limit.Hard)}";

    private static string Text(ulong value) => value == ResourceLimit.Unlimited ? Unlimited : Invariant($"{value}");

    private static ResourceLimit Parse(LimitKind kind, string value) => value.Split(':') is var parts
        ? new ResourceLimit(kind, Number(parts[0]), Number(parts[1]))
        : default;

    private static ulong Number(string text) => text == Unlimited ? ResourceLimit.Unlimited : ulong.Parse(text, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
