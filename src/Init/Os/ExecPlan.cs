using System.Globalization;
using System.Text;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// The child side of a spawn that posix_spawn cannot set up alone: `init exec STEP... -- PATH ARG0 ARG...`. It runs in a fresh
/// process, whose descriptors and group are right already, and ends in execve; it never returns. A step that fails is said on stderr
/// in Supervisor's words and the status is 127 (L-040 to L-042).
/// </summary>
internal static unsafe class ExecPlan
{
    internal const string Verb = "exec";

    private const string Shell = "/bin/sh";
    private const int CannotExecute = 127;
    private const int FoundButCannotExecute = 126;

    /// <summary>The request that starts ourselves to carry out another one.</summary>
    internal static SpawnRequest From(SpawnRequest request)
    {
        var arguments = new List<string> { "init", Verb };
        if (request.AsShell)
            arguments.Add("as=shell");
        if (request.ControllingTerminal)
            arguments.Add("tty=1");
        // Before the user: only root may raise some of these.
        arguments.AddRange(LimitSteps.From(request.Limits));
        if (request.Credentials is { } user)
            arguments.Add(Invariant($"user={user.Uid}:{user.Gid}:{string.Join(',', user.Groups)}"));
        if (request.Directory is { } directory)
            arguments.Add("cwd=" + directory);
        if (request.Umask is { } mask)
            arguments.Add(Invariant($"umask={mask & 0x1FF}")); // 0777, as umask(2) itself cuts it
        arguments.Add("--");
        arguments.Add(request.Path);
        arguments.AddRange(request.Arguments);
        return request with
        {
            Path = Spawner.OwnImagePath,
            Arguments = arguments,
            Directory = null,
            Credentials = null,
            Umask = null,
            Limits = ChildLimits.None,
            ControllingTerminal = false,
        };
    }

    /// <summary>Carries out `init exec`.</summary>
    /// <param name="arguments">What follows the word exec.</param>
    internal static int Run(IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        var next = 0;
        for (; next < arguments.Count && arguments[next] != "--"; next++)
            if (Carry(arguments[next]) is { } failure)
                return Fail(failure);
        if (arguments.Count < next + 3)
            return Fail("couldn't exec: no program was named");

        var path = arguments[next + 1];
        using var argv = new NativeStrings([.. arguments.Skip(next + 2)]);
        using var envp = new NativeStrings(environment);
        SignalMask.Reset();
        // Last: what we are ourselves may be larger already, and can get no memory from here on.
        if (LimitSteps.CarryLast(arguments.Take(next)) is { } reason)
            return Fail(reason);
        fixed (byte* file = PosixText.Encode(path))
            _ = execve(file, argv.Pointer, envp.Pointer);
        var errno = Errno.Last;
        if (arguments[0] != "as=shell")
            return Fail($"couldn't exec {arguments[next + 2]}: {Errno.Name(errno)}");
        if (errno == Errno.ENOEXEC && path != Shell)
            return Run(["as=shell", "--", Shell, Shell, path, .. arguments.Skip(next + 3)], environment);
        return SayAsShell(arguments[next + 2], errno);
    }

    /// <summary>Says why a command could not be executed, and returns the status a shell gives for it.</summary>
    internal static int SayAsShell(string command, int errno)
    {
        Descriptors.WriteAll(2, Encoding.UTF8.GetBytes($"init: {command}: {Errno.Text(errno)}\n"));
        return errno == Errno.ENOENT ? CannotExecute : FoundButCannotExecute;
    }

    /// <summary>Does one `name=value` step; returns what went wrong.</summary>
    private static string? Carry(string step)
    {
        var equals = step.IndexOf('=');
        var value = step[(equals + 1)..];
        switch (step[..equals])
        {
            case "as":
                return null; // read where it matters, at a failed exec
            case "tty":
                _ = ioctl(0, TIOCSCTTY, 0); // not a terminal, or somebody else's: then there is none to take
                return null;
            case "user":
                return BecomeUser(value.Split(':'));
            case "cwd":
                fixed (byte* directory = PosixText.Encode(value))
                    return chdir(directory) == 0 ? null : $"couldn't chdir to {value}: {Errno.Name(Errno.Last)}";
            case "umask":
                _ = umask(Number(value));
                return null;
            default:
                return LimitSteps.Carry(step[..equals], value);
        }
    }

    private static string? BecomeUser(string[] identity)
    {
        var reason = Users.Become(new Credentials(Number(identity[0]), Number(identity[1]),
            Array.ConvertAll(identity[2].Split(',', StringSplitOptions.RemoveEmptyEntries), Number), WithGroup: true));
        return reason is null ? null : $"couldn't setuid to {identity[0]}: {reason}";
    }

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static int Fail(string reason)
    {
        Descriptors.WriteAll(2, Encoding.UTF8.GetBytes($"supervisor: {reason}\nsupervisor: child process was not spawned\n"));
        return CannotExecute;
    }
}
