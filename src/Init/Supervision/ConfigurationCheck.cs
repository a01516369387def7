using Init.Config;
using Init.Os;
using Init.Processes;

namespace Init.Supervision;

/// <summary>
/// What is wrong with a configuration although it loads: commands, directories and files that are not there, and what two want and only
/// one can have. It looks, as a start would look, and touches nothing.
/// </summary>
internal sealed partial class ConfigurationCheck
{
    private readonly ConfigDocument _document;
    private readonly Inspection _inspection;
    private readonly Configuration _configuration;
    private readonly PathValues _paths;
    private readonly uint _uid;
    private readonly Dictionary<string, string> _inherited = ProcessEnvironment.ToDictionary();
    private readonly HashSet<(string Section, string Key)> _told = [];

    private ConfigurationCheck(ReadingContext context, Inspection inspection, Configuration configuration, uint uid) =>
        (_document, _inspection, _configuration, _paths, _uid) = (context.Document, inspection, configuration, context.Paths, uid);

    /// <param name="uid">Whose start it would be.</param>
    internal static void Run(ReadingContext context, Inspection inspection, Configuration configuration, uint uid)
    {
        var check = new ConfigurationCheck(context, inspection, configuration, uid);
        foreach (var group in configuration.Groups)
        {
            check.CheckNames(group);
            foreach (var process in group.Processes)
                check.Check(group, process, check.SectionOf(group, process));
        }
        check.CheckGroups();
        check.CheckLogs();
        check.CheckServers();
        check.CheckSockets();
        check.CheckPrivileges();
    }

    /// <summary>Where the times that programs want are cut. What they have by default says nothing about what they need.</summary>
    internal static void CheckBudget(ConfigDocument document, Inspection inspection, RunPlan plan)
    {
        foreach (var step in plan.Stop)
            foreach (var process in step.Processes)
            {
                var (section, wanted) = (SectionOf(document, process.Group, process.Config), process.Config.StopWaitSecs);
                if (wanted > step.Time.TotalSeconds && document.LocationOf(section, "stopwaitsecs") is not null)
                    inspection.AddWarning(document, section, "stopwaitsecs", wanted > plan.StopBudget
                        ? $"stop_budget={plan.StopBudget} is less than the {wanted} s that {process.Config.Program}'s stopwaitsecs wants"
                        : FormattableString.Invariant($"stop_budget={plan.StopBudget} leaves {process.Config.Program} {step.Time.TotalSeconds:0.#} s ")
                            + $"of the {wanted} s that its stopwaitsecs wants");
            }
    }

    private string SectionOf(GroupConfig group, ProcessConfig process) => SectionOf(_document, group, process);

    private static string SectionOf(ConfigDocument document, GroupConfig group, ProcessConfig process) => group.Kind switch
    {
        GroupKind.EventListeners => $"eventlistener:{process.Program}",
        GroupKind.Programs when document.Has($"program:{process.Program}") => $"program:{process.Program}",
        _ => $"fcgi-program:{process.Program}",
    };

    /// <summary>Of a program with many processes one warning says enough.</summary>
    private void Warn(string section, string key, string message, SourceLocation? location = null)
    {
        if (_told.Add((section, key)))
            _inspection.AddWarning(_document, section, key, message, location);
    }

    private void Check(GroupConfig group, ProcessConfig process, string section)
    {
        var readable = process.EnvironmentFiles.Where(file => CanBeRead(file, section)).ToList();
        var environment = new ChildEnvironment(
            _inherited, null, group.Name, _configuration.Supervisord.Environment, process with { EnvironmentFiles = readable });
        if (!_inspection.HasFailed(section, "command")
            && CommandLookup.Find(process.Command, process.SecretCommand, environment.Path).Error is { } error)
            Warn(section, "command", error);
        foreach (var (key, text) in CommandsBeside(process))
            if (CommandLookup.Find(text.Shown, text.Secret, environment.Path).Error is { } problem)
                Warn(section, key, problem);
        if (process.Directory is { } directory && Descriptors.Stat(directory).Kind is not FileKind.Directory and var kind)
            Warn(section, "directory", $"directory {PythonText.Repr(directory)} {(kind == FileKind.Missing ? "does not exist" : "is not a directory")}");
        if (process.OneShot && _document.IsWritten(section, "autorestart")
            && _document.Peek(section, "autorestart")!.ToLowerInvariant() is "true" or "yes" or "on" or "1")
            Warn(section, "autorestart", "autorestart has no effect on a oneshot");
    }

    private static IEnumerable<(string Key, CommandText Text)> CommandsBeside(ProcessConfig process)
    {
        if (process.ReadyWhen is ReadyWhen.Probed { Probe: Probe.Command { Text: var ready } })
            yield return ("ready_when", ready);
        if (process.Healthcheck?.Probe is Probe.Command { Text: var health })
            yield return ("healthcheck", health);
        if (process.StopCommand is { } stop)
            yield return ("stop_command", stop);
    }

    private bool CanBeRead(EnvironmentFile file, string section)
    {
        try
        {
            file.Read();
            return true;
        }
        catch (ConfigException e)
        {
            Warn(section, "environment_file", e.Message, e.Location);
            return false;
        }
    }

    /// <summary>Of equal names in a group the last process survives (C-228).</summary>
    private void CheckNames(GroupConfig group)
    {
        var (section, processes) = _inspection.OriginOf(group);
        if (processes.Count == 0 && !_inspection.IsBroken(section))
            Warn(section, section.StartsWith("group:", StringComparison.Ordinal) ? "programs" : "numprocs", $"[{section}] has no processes");
        foreach (var same in processes.GroupBy(process => process.Name))
            if (same.Count() is > 1 and var count && SectionOf(group, same.Last()) is var named && !_inspection.IsBroken(named))
                Warn(named, "process_name", $"{count} processes of group {group.Name} are named {same.Key}, only the last of them runs");
    }

    /// <summary>Of two groups of one name the first is run (C-229).</summary>
    private void CheckGroups()
    {
        foreach (var same in _configuration.Groups.GroupBy(group => group.Name))
            foreach (var other in same.Skip(1))
                Warn(_inspection.OriginOf(other).Section, "",
                    $"group {other.Name} is not run, for [{_inspection.OriginOf(same.First()).Section}] makes one of that name");
    }

    /// <summary>Logs in one file are all right as long as nobody rotates it.</summary>
    private void CheckLogs()
    {
        var config = _configuration.Supervisord;
        var logs = new Dictionary<string, (string Section, string Key, bool Rotates)>(StringComparer.Ordinal);
        if (config.Logfile is { } logfile and not "syslog")
            Add(logfile, SupervisordReader.Section, "logfile", config.LogfileMaxBytes > 0);
        foreach (var group in _configuration.Groups)
            foreach (var process in group.Processes)
                foreach (var (key, stream) in new[] { ("stdout_logfile", process.Stdout), ("stderr_logfile", process.Stderr) })
                    if (stream.Path is { } path)
                        Add(path, SectionOf(group, process), key, stream.MaxBytes > 0);

        void Add(string path, string section, string key, bool rotates)
        {
            var file = _paths.Absolute(path);
            if (Descriptors.Stat(file).Kind is not (FileKind.Regular or FileKind.Missing))
                return;
            if (!logs.TryGetValue(file, out var other))
                logs[file] = (section, key, rotates);
            else if (rotates || other.Rotates)
                Warn(section, key, $"{file} is the {other.Key} of [{other.Section}] too, and rotation takes it from one of them "
                    + $"({key}_maxbytes=0 for both turns that off)");
        }
    }
}
