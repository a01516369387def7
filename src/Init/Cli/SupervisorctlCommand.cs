using Init.Config;
using Init.Ctl;
using Init.Os;

namespace Init.Cli;

/// <summary>Being supervisorctl: the command line, [supervisorctl], then one action or the shell.</summary>
internal static class SupervisorctlCommand
{
    /// <param name="programName">argv[0], for messages and for the search of a configuration.</param>
    internal static int Run(string programName, IReadOnlyList<string> arguments)
    {
        SignalMask.WaitForNone();
        SupervisorctlOptions options;
        ControlSettings settings;
        try
        {
            options = SupervisorctlOptions.Parse(arguments);
            if (options.Help)
            {
                Descriptors.WriteAll(1, PosixText.Bytes(SupervisorctlOptions.HelpText(programName)));
                return ExitStatus.Success;
            }
            settings = Settings(programName, options);
        }
        catch (Exception e) when (e is UsageException or ConfigException)
        {
            Descriptors.WriteAll(2, PosixText.Bytes($"Error: {e.Message}\nFor help, use {programName} -h\n"));
            return ExitStatus.Usage;
        }

        var line = string.Join(' ', options.Words);
        using var interrupts = IsWatch(line) || IsShell(options) ? Interrupts(Signals.SIGINT, Signals.SIGTERM, Signals.SIGHUP, Signals.SIGQUIT)
            : IsEndedByCtrlC(line) ? Interrupts(Signals.SIGINT)
            : null;
        foreach (var warning in settings.Warnings)
            Descriptors.WriteAll(2, PosixText.Bytes($"Warning: {warning}\n"));
        return Act(line, options, settings, new Waiting(interrupts));
    }

    private static int Act(string line, SupervisorctlOptions options, ControlSettings settings, Waiting waiting)
    {
        var output = new Printer(1);
        var session = new Session(settings, output, waiting, new LineInput(output, waiting));
        try
        {
            if (options.Words.Count > 0)
            {
                session.Run(line);
                output.Flush();
            }
            if (options.Words.Count > 0 && !options.Interactive)
                return session.ExitStatus;
            new Shell(session, settings).Run();
            return ExitStatus.Success; // the shell's own, whatever its actions had (T-006)
        }
        catch (InterruptedException e)
        {
            return EndBy(e.Signal, output);
        }
        catch (OutputClosedException)
        {
            return ExitCode.Generic;
        }
    }

    /// <returns>128 + N, should the signal not end us.</returns>
    private static int EndBy(int signal, Printer output)
    {
        try
        {
            output.Flush(); // what gives the terminal back
        }
        catch (OutputClosedException)
        {
            // A SIGHUP says that there is none any more.
        }
        SignalMask.Reset();
        _ = Children.Signal(Children.OwnPid, signal);
        return 128 + signal;
    }

    /// <summary>The command line beats the file (T-017). No file at all leaves the defaults (T-009).</summary>
    private static ControlSettings Settings(string programName, SupervisorctlOptions options)
    {
        var directory = Environment.CurrentDirectory;
        ProcessEnvironment.CoerceLocale();
        var environment = ProcessEnvironment.ToDictionary();
        var path = options.ConfigFile
            ?? ConfigurationSearch.Paths(programName).FirstOrDefault(path => Path.Exists(PosixPath.Join(directory, path)));
        var settings = string.IsNullOrEmpty(path) ? new ControlSettings() : ControlSettingsReader.Read(path, environment, directory);
        return settings with
        {
            ServerUrl = options.ServerUrl ?? settings.ServerUrl,
            Username = options.Username ?? settings.Username,
            Password = options.Password ?? settings.Password,
            HistoryFile = options.HistoryFile is { Length: > 0 } file ? new PathValues(directory, environment).Absolute(file) : settings.HistoryFile,
            IsInteractive = options.Interactive || options.Words.Count == 0,
        };
    }

    private static bool IsShell(SupervisorctlOptions options) => options.Interactive || options.Words.Count == 0;

    /// <summary>tail -f and fg, whose end Ctrl-C is and not the process's. All else ends by itself.</summary>
    private static bool IsEndedByCtrlC(string line) =>
        line.Contains("-f", StringComparison.Ordinal) || line.StartsWith("fg", StringComparison.Ordinal);

    private static bool IsWatch(string line) => line.StartsWith("status", StringComparison.Ordinal) && line.Contains("--watch", StringComparison.Ordinal);

    private static SignalQueue Interrupts(params int[] signals)
    {
        SignalMask.WaitFor(signals);
        return new SignalQueue(signals);
    }
}
