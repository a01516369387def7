using System.Text;

namespace Init.Os;

/// <summary>
/// The child side of a spawn that posix_spawn cannot set up alone: `init exec STEP... -- PATH ARG0 ARG...`, which exec.c carries out in a
/// fresh process, before that has a runtime. This writes what exec.c reads.
/// </summary>
internal static class ExecPlan
{
    private const string Verb = "exec";
    private const int NotFound = 127;
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

    /// <summary>Says why a command could not be executed, and returns the status a shell gives for it.</summary>
    internal static int SayAsShell(string command, int errno)
    {
        Descriptors.WriteAll(2, Encoding.UTF8.GetBytes($"init: {command}: {Errno.Text(errno)}\n"));
        return errno == Errno.ENOENT ? NotFound : FoundButCannotExecute;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
