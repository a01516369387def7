using static Init.Native.Libc;

namespace Init.Os;

/// <summary>
/// Makes processes. What posix_spawn can set up itself it does; a user, a umask, a limit or a controlling terminal needs code between fork
/// and exec, which a process with threads must not run, so posix_spawn then starts ourselves as `init exec`, which does that part in
/// a fresh process and executes the program (<see cref="ExecPlan"/>).
/// </summary>
internal static unsafe class Spawner
{
    /// <summary>Of its exceptions.</summary>
    internal const string Call = "posix_spawn";

    /// <summary>Our own binary by its name, for executing ourselves anew.</summary>
    internal static string OwnPath { get; } = Environment.ProcessPath ?? SelfLink;

    /// <summary>Our own binary even when its file has been replaced or deleted meanwhile, for `init exec`.</summary>
    internal static string OwnImagePath { get; } = Descriptors.Stat(SelfLink).Kind == FileKind.Regular ? SelfLink : OwnPath;

    /// <summary>After stdin, stdout and stderr.</summary>
    private const int FirstOther = 3;

    private const string SelfLink = "/proc/self/exe";

    /// <returns>The pid.</returns>
    /// <exception cref="SyscallException">No process could be made: EAGAIN, ENOMEM; with AsShell also exec's reasons.</exception>
    internal static int Spawn(SpawnRequest request)
    {
        if (request is { Credentials: null, Umask: null, ControllingTerminal: false } && request.Limits == ChildLimits.None)
        {
            var errno = PosixSpawn(request, out var pid);
            if (errno == 0)
                return pid;
            if (request.AsShell && errno == Errno.ENOEXEC)
                return Spawn(ViaShell(request));
            if (request.AsShell || errno is Errno.EAGAIN or Errno.ENOMEM)
                throw new SyscallException(Call, errno);
            // chdir or exec failed: the helper fails in the same way, and says so in Supervisor's words as the child (L-040 to L-042).
        }
        var helperErrno = PosixSpawn(ExecPlan.From(request), out var helper);
        return helperErrno == 0 ? helper : throw new SyscallException(Call, helperErrno);
    }

    /// <summary>What execvp does with a script that has no `#!` line.</summary>
    private static SpawnRequest ViaShell(SpawnRequest request) =>
        request with { Path = "/bin/sh", Arguments = ["/bin/sh", request.Path, .. request.Arguments.Skip(1)] };

    private static int PosixSpawn(SpawnRequest request, out int pid)
    {
        posix_spawnattr_t attributes;
        posix_spawn_file_actions_t actions;
        _ = posix_spawnattr_init(&attributes);
        _ = posix_spawn_file_actions_init(&actions);
        try
        {
            SetAttributes(&attributes, request.Group);
            AddFileActions(&actions, request);
            using var arguments = new NativeStrings(request.Arguments);
            using var environment = new NativeStrings(request.Environment);
            int child = 0;
            int errno;
            fixed (byte* path = PosixText.Encode(request.Path))
                errno = posix_spawn(&child, path, &actions, &attributes, arguments.Pointer, environment.Pointer);
            pid = child;
            return errno;
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(&actions);
            _ = posix_spawnattr_destroy(&attributes);
        }
    }

    private static void SetAttributes(posix_spawnattr_t* attributes, SpawnGroup group)
    {
        var noSignals = default(sigset_t);
        // What is ignored in us (SIGPIPE) must not be ignored in a program. All 64: of those that are not named here, the C library
        // leaves its own two, 32 and 33, ignored.
        var allSignals = new sigset_t { bits = ulong.MaxValue };
        _ = posix_spawnattr_setsigmask(attributes, &noSignals);
        _ = posix_spawnattr_setsigdefault(attributes, &allSignals);
        var flags = (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        if (group == SpawnGroup.NewGroup)
        {
            _ = posix_spawnattr_setpgroup(attributes, 0);
            flags |= POSIX_SPAWN_SETPGROUP;
        }
        else if (group == SpawnGroup.NewSession)
        {
            flags |= POSIX_SPAWN_SETSID;
        }
        _ = posix_spawnattr_setflags(attributes, flags);
    }

    /// <summary>Closing one that is not open is no error there.</summary>
    private static void PassOnly(posix_spawn_file_actions_t* actions, PassedDescriptor passed)
    {
        _ = posix_spawn_file_actions_adddup2(actions, passed.Ours, passed.Theirs);
        for (var fd = FirstOther; fd < passed.Theirs; fd++)
            _ = posix_spawn_file_actions_addclose(actions, fd);
        _ = posix_spawn_file_actions_addclosefrom_np(actions, passed.Theirs + 1);
    }

    private static void AddFileActions(posix_spawn_file_actions_t* actions, SpawnRequest request)
    {
        // dup2 of a descriptor onto itself clears close-on-exec here, as posix_spawn specifies.
        _ = posix_spawn_file_actions_adddup2(actions, request.Stdin, 0);
        _ = posix_spawn_file_actions_adddup2(actions, request.Stdout, 1);
        _ = posix_spawn_file_actions_adddup2(actions, request.Stderr, 2);
        if (request.Passed is { } passed)
            PassOnly(actions, passed);
        else if (!request.PassDescriptors)
            _ = posix_spawn_file_actions_addclosefrom_np(actions, FirstOther);
        if (request.Directory is { } directory)
            fixed (byte* path = PosixText.Encode(directory))
                _ = posix_spawn_file_actions_addchdir_np(actions, path);
    }
}
