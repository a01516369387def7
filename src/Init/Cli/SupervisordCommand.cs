using Init.Config;
using Init.Os;
using Init.Supervision;

namespace Init.Cli;

/// <summary>supervisord's command line, read and carried out; also `init` without a command of its own.</summary>
internal static class SupervisordCommand
{
    /// <param name="programName">argv[0], for messages and for the search of a configuration.</param>
    /// <param name="containerMode">Called as init, or PID 1.</param>
    internal static int Run(string programName, IReadOnlyList<string> arguments, bool containerMode)
    {
        BoundRegularExpressions();
        ProcessEnvironment.CoerceLocale();
        var environment = ProcessEnvironment.ToDictionary();
        var directory = Environment.CurrentDirectory;
        try
        {
            var options = SupervisordOptions.Parse(arguments, new PathValues(directory, environment));
            if (options.Help)
                return Say(1, SupervisordOptions.HelpText(programName));
            if (options.Version)
                return Say(1, SupervisordOptions.SupervisorVersion + "\n");

            if (options.Check)
                SignalMask.WaitForNone();
            else
                SignalMask.WaitFor(Daemon.WaitedSignals);
            var path = options.ConfigFile ?? Search(programName, directory, containerMode);
            if (options.Check)
                return CheckCommand.Run(path, options, containerMode, environment, directory);
            return Daemon.Run(new DaemonOptions(
                PosixPath.Join(directory, path), () => ConfigurationReader.Read(path, options.Values, containerMode, environment, directory), containerMode));
        }
        catch (Exception e) when (e is UsageException or ConfigException)
        {
            Say(2, $"Error: {e.Message}\nFor help, use {programName} -h\n");
            return ExitStatus.Usage;
        }
    }

    /// <summary>
    /// An expression that goes astray must not hold up the loop. Given here and not to each, for the constructor that takes a timeout also
    /// takes options, and brings the engines that these choose from: 0.5 MB.
    /// </summary>
    private static void BoundRegularExpressions() => AppContext.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", TimeSpan.FromSeconds(1));

    private static string Search(string programName, string directory, bool containerMode)
    {
        // Root inside a container is nobody else's root (C-037).
        if (Users.OwnUid == 0 && !containerMode && !Detachment.IsSecondProcess)
            Say(2, $"Warning: {ConfigurationSearch.RootWarning}\n");
        return ConfigurationSearch.Find(PathSearch.Find(programName) ?? programName, directory);
    }

    private static int Say(int fd, string text)
    {
        Descriptors.WriteAll(fd, PosixText.Encode(text).AsSpan()[..^1]);
        return ExitStatus.Success;
    }
}
