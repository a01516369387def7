using Mono.Unix.Native;

namespace Init.Integration.Harness;

/// <summary>How a process ended: by a code, or by a signal (then <see cref="Code"/> is -1).</summary>
internal readonly record struct ExitStatus(int Code, Signum? Signal)
{
    public static ExitStatus Exited(int code) => new(code, null);

    public static ExitStatus Killed(Signum signal) => new(-1, signal);

    public static ExitStatus FromWait(int status) => (status & 0x7f) == 0
        ? Exited((status >> 8) & 0xff)
        : Killed((Signum)(status & 0x7f));

    public override string ToString() => Signal is { } signal ? $"killed by {signal}" : $"exit status {Code}";
}
