using System.Globalization;
using Init.Config;
using Init.Os;

namespace Init.Processes;

/// <summary>Commands that are run beside the process.</summary>
internal sealed partial class Subprocess
{
    /// <summary>
    /// Runs a command as the program itself is run: its user, directory, umask and variables, and MAINPID, which is the process's pid. Its
    /// limits are not the command's: they are meant for the program.
    /// </summary>
    /// <param name="ended">Told once; before this returns when it cannot be started.</param>
    internal SideCommand? RunBeside(CommandText text, TimeSpan timeout, Action<SideResult> ended)
    {
        string problem;
        var isOurs = false;
        try
        {
            if (PathGate.FirstSilent(NamedPaths) is { } silent)
                throw new ConfigException($"{PythonText.Repr(silent)} does not answer");
            var environment = Environment();
            var command = CommandLookup.Find(text.Shown, text.Secret, environment.Path);
            environment.Set("MAINPID", _status.Pid.ToString(CultureInfo.InvariantCulture));
            if (command.Error is null)
                return SideCommand.Run(_context.Reports, _context.Outlets.Loop, new SpawnRequest
                {
                    Path = command.Path,
                    Arguments = command.Arguments,
                    Environment = environment.ToList(),
                    Directory = Config.Directory,
                    Umask = Config.Umask,
                    Credentials = Credentials(),
                }, timeout, ended);
            problem = command.Error;
        }
        catch (ConfigException e)
        {
            problem = e.Message;
            isOurs = StreamSockets.AreScarce; // a file could not be read
        }
        catch (IOException e)
        {
            problem = e.Message; // of /etc/passwd
            isOurs = StreamSockets.AreScarce;
        }
        ended(new SideResult(null, problem, "", isOurs));
        return null;
    }

    private Credentials? Credentials() =>
        Config.User is { } user ? Users.CredentialsOf(user.Name, user.Uid, user.Gid, user.HasOwnGroup) : null;
}
