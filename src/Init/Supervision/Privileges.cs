using Init.Config;
using Init.Os;

namespace Init.Supervision;

/// <summary>What the daemon gives up and asks for before anything else: its user, then its limits (C-152 to C-162).</summary>
internal static class Privileges
{
    /// <summary>The line to log; null when no user is named.</summary>
    /// <exception cref="ConfigException">The user cannot be become.</exception>
    internal static string? DropTo(UserIdentity? user)
    {
        if (user is null)
            return null;
        return Users.CredentialsOf(user.Name, user.Uid, user.Gid, user.HasOwnGroup) is { } credentials && Users.Become(credentials) is { } reason
            ? throw new ConfigException(reason)
            : $"Set uid to user {user.Uid} succeeded";
    }

    /// <summary>Raises the soft limits, and the hard ones where they are lower; returns the lines to log.</summary>
    /// <exception cref="ConfigException">The environment does not allow it; the text repeats what was wanted (C-159).</exception>
    internal static List<string> RaiseLimits(SupervisordConfig config)
    {
        var notes = new List<string>();
        if (!Limits.Raise(LimitKind.OpenFiles, config.MinFds, out var raised))
            throw new ConfigException(
                $"The minimum number of file descriptors required to run this process is {config.MinFds} as per the \"minfds\" " +
                $"command-line argument or config file setting. The current environment will only allow you to open {config.MinFds} file " +
                "descriptors.  Either raise the number of usable file descriptors in your environment (see README.rst) or lower the " +
                "minfds setting in the config file to allow the process to start.");
        if (raised)
            notes.Add($"Increased RLIMIT_NOFILE limit to {config.MinFds}");

        if (!Limits.Raise(LimitKind.Processes, config.MinProcs, out raised))
            throw new ConfigException(
                $"The minimum number of available processes required to run this program is {config.MinProcs} as per the \"minprocs\" " +
                $"command-line argument or config file setting. The current environment will only allow you to open {config.MinProcs} " +
                "processes.  Either raise the number of usable processes in your environment (see README.rst) or lower the minprocs " +
                "setting in the config file to allow the program to start.");
        if (raised)
            notes.Add($"Increased RLIMIT_NPROC limit to {config.MinProcs}");
        return notes;
    }
}
