using System.Text;
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
        SignalMask.EnsureBlocked(Daemon.WaitedSignals);
        try
        {
            var options = SupervisordOptions.Parse(arguments);
            if (options.Help)
                return Say(SupervisordOptions.HelpText(programName));
            if (options.Version)
                return Say(SupervisordOptions.SupervisorVersion + "\n");
            return Daemon.Run(new DaemonOptions(Reader(programName, options, containerMode), containerMode));
        }
        catch (Exception e) when (e is UsageException or ConfigException)
        {
            Descriptors.WriteAll(2, Encoding.UTF8.GetBytes($"Error: {e.Message}\nFor help, use {programName} -h\n"));
            return ExitStatus.Usage;
        }
    }

    private static Func<Configuration> Reader(string programName, SupervisordOptions options, bool containerMode)
    {
        var directory = Environment.CurrentDirectory;
        var environment = new Dictionary<string, string>();
        foreach (var variable in ProcessEnvironment.Variables)
            if (variable.IndexOf('=') is > 0 and var equals)
                environment.TryAdd(variable[..equals], variable[(equals + 1)..]);
        var path = options.ConfigFile ?? ConfigurationSearch.Find(programName, directory);
        return () => ConfigurationReader.Read(path, options.Values, containerMode, environment, directory);
    }

    private static int Say(string text)
    {
        Descriptors.WriteAll(1, Encoding.UTF8.GetBytes(text));
        return ExitStatus.Success;
    }
}
