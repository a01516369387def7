using System.Globalization;

namespace Init.Config;

/// <summary>
/// The processes of one [program:x], [fcgi-program:x] or [eventlistener:x] (C-193 to C-220). Options are read in Supervisor's order:
/// first those that all processes share, then, per process, those that know `process_num` (C-081).
/// </summary>
internal sealed class ProgramReader
{
    internal const int DefaultPriority = 999;

    /// <summary>Python would build any number of processes; one beyond this is a slip, not a wish.</summary>
    private const int MaxNumProcs = 100_000;

    private readonly ReadingContext _context;
    private readonly SectionReader _reader;
    private readonly SupervisordConfig _defaults;

    private ProgramReader(ReadingContext context, string section, string groupName, SupervisordConfig defaults)
    {
        _context = context;
        _defaults = defaults;
        var names = new Expansions(context.Environment)
            .Set("here", context.Here)
            .Set("program_name", Values.Name(ReadingContext.NameIn(section)))
            .Set("host_node_name", context.HostNodeName)
            .Set("group_name", groupName);
        _reader = new SectionReader(context.Document, section, names);
    }

    /// <summary>The processes in order of their names.</summary>
    /// <exception cref="ConfigException">With the section and its file behind the message (C-104).</exception>
    internal static List<ProcessConfig> Read(ReadingContext context, string section, string groupName, SupervisordConfig defaults)
    {
        try
        {
            return new ProgramReader(context, section, groupName, defaults).ReadProcesses();
        }
        catch (ConfigException e) when (context.Inspection is { } inspection)
        {
            inspection.LeaveUnfinished(section);
            inspection.Fail(context.Document, section, "", e);
            return [];
        }
        catch (ConfigException e)
        {
            section = e.Section ?? section;
            var file = context.Document.IncludedFrom(section) ?? context.Path;
            throw new ConfigException($"{e.Message} in section {PythonText.Repr(section)} (file: {PythonText.Repr(file)})")
            {
                Location = e.Location ?? context.Document.LocationOf(section),
            };
        }
    }

    private List<ProcessConfig> ReadProcesses()
    {
        var priority = _reader.Read("priority", DefaultPriority, Values.Integer);
        var autoStart = _reader.Read("autostart", true, Values.Boolean);
        var oneShot = _reader.ReadOwn("oneshot", false, Values.Boolean);
        var autoRestart = _reader.Read("autorestart", AutoRestart.Unexpected, Values.AutoRestart);
        var startSecs = _reader.Read("startsecs", 1, Values.Integer);
        if (oneShot) (autoRestart, startSecs) = (AutoRestart.Never, 0);
        var startRetries = _reader.Read("startretries", 3, Values.Integer);
        var stopSignal = _reader.Read("stopsignal", Os.Signals.SIGTERM, Values.Signal);
        var stopWaitSecs = _reader.Read("stopwaitsecs", 10, Values.Integer);
        var stopAsGroup = _reader.Read("stopasgroup", false, Values.Boolean);
        var killAsGroup = _reader.Read("killasgroup", stopAsGroup, Values.Boolean);
        var stopTree = StoppingReader.StopTree(_reader);
        var restartBackoff = StoppingReader.RestartBackoff(_reader);
        var exitCodes = _reader.Read("exitcodes", [0], Values.ExitCodes);
        var dependsOn = DependencyReader.Read(_reader);
        var readyTimeout = ProbeReader.ReadyTimeout(_reader);
        var exitOn = EndingReader.ExitOn(_reader, _defaults.ExitOn);
        var redirectStderr = _reader.Read("redirect_stderr", false, Values.Boolean);
        var numProcs = _reader.Read("numprocs", 1, NumProcs);
        var numProcsStart = _reader.Read("numprocs_start", 0, Values.Integer);
        var stdoutCapture = _reader.Read("stdout_capture_maxbytes", 0, Values.ByteSize);
        var stdoutEvents = _reader.Read("stdout_events_enabled", false, Values.Boolean);
        var stderrCapture = _reader.Read("stderr_capture_maxbytes", 0, Values.ByteSize);
        var stderrEvents = _reader.Read("stderr_events_enabled", false, Values.Boolean);
        var serverUrl = _reader.Text("serverurl");
        var user = _reader.Read<UserIdentity?>("user", null, _context.Users.User);
        var userEnv = _reader.ReadOwn("user_env", false, Values.Boolean);
        var limits = LimitReader.Read(_reader);
        var umask = _reader.Read<int?>("umask", null, text => Values.Octal(text));
        // Checked as written; what an expansion puts in may hold any character (C-090).
        var processName = _reader.Attempt("process_name", "%(program_name)s", () => Values.Name(_reader.Raw("process_name") ?? "%(program_name)s"));
        _reader.Demand("process_name", numProcs <= 1 || processName.Contains("%(process_num)", StringComparison.Ordinal),
            () => "%(process_num) must be present within process_name when numprocs > 1");
        _reader.Demand("killasgroup", !stopAsGroup || killAsGroup, () => "Cannot set stopasgroup=true and killasgroup=false");
        if (numProcs < 1) _context.Inspection?.LeaveUnfinished(_reader.Section); // the keys of a process are not asked for

        var processes = new List<ProcessConfig>();
        IReadOnlyList<KeyValuePair<string, string>> environment = [];
        var names = new Expansions(_reader.Expansions).Set("numprocs", (long)numProcs);
        for (long number = numProcsStart; number < (long)numProcsStart + numProcs; number++)
        {
            names.Set("process_num", number);
            // What one process's environment set is known to the next one's, unless our own environment has it too.
            foreach (var variable in environment) names.UncoverVariable(variable.Key);
            var each = _reader.With(names);
            environment = each.Attempt("environment", [],
                () => EnvironmentValue.Parse(PythonFormat.Expand(_reader.Raw("environment") ?? "", names, "environment", isHidden: true)));
            foreach (var (name, value) in environment) names.SetVariable(name, value);
            var environmentFiles = ChildEnvironmentReader.Files(each, _context.Paths);
            var directory = each.Text("directory");
            var stdout = ReadStream(each, "stdout", stdoutCapture, stdoutEvents);
            var stderr = ReadStream(each, "stderr", stderrCapture, stderrEvents);
            if (redirectStderr) stderr = WithoutFile(stderr);
            var readyWhen = ProbeReader.ReadyWhen(each, _context.Paths);
            var upkeep = UpkeepReader.Read(each);
            var isScheduled = upkeep.Schedule is not null;
            if (oneShot) readyWhen = WithoutReadiness(readyWhen);
            var healthcheck = HealthcheckReader.Read(each, _context.Paths);
            // What is said for all programs is meant for those that serve somebody, and would restart a job before it is done.
            if ((oneShot || isScheduled) && IsDefault("healthcheck")) healthcheck = null;
            var stopCommand = StoppingReader.StopCommand(each);
            var output = OutputReader.Read(each, _defaults.Output);
            var command = each.Attempt("command", "",
                () => each.ReadMarked<string?>("command", null, Command) ?? throw new ConfigException($"program section {_reader.Section} does not specify a command"));
            processes.Add(new ProcessConfig
            {
                Name = each.Attempt("process_name", ReadingContext.NameIn(_reader.Section), () => PythonFormat.Expand(processName, names, "process_name")),
                Program = ReadingContext.NameIn(_reader.Section),
                Command = SecretFiles.Hide(command),
                SecretCommand = SecretFiles.AreIn(command) ? new SecretCommand(command, _context.Environment.Files!) : null,
                Directory = directory,
                Umask = umask,
                Limits = limits,
                Priority = priority,
                AutoStart = autoStart && !isScheduled,
                AutoRestart = isScheduled ? AutoRestart.Never : autoRestart,
                StartSecs = isScheduled ? 0 : startSecs,
                StartRetries = startRetries,
                User = user,
                Stdout = stdout,
                Stderr = stderr,
                StopSignal = stopSignal,
                StopWaitSecs = stopWaitSecs,
                StopAsGroup = stopAsGroup,
                KillAsGroup = killAsGroup,
                StopTree = stopTree,
                StopCommand = stopCommand,
                RestartBackoff = restartBackoff,
                ExitCodes = exitCodes,
                ExitOn = exitOn,
                DependsOn = dependsOn,
                OneShot = oneShot,
                ReadyWhen = readyWhen,
                ReadyTimeout = readyTimeout,
                Upkeep = upkeep,
                Healthcheck = healthcheck,
                RedirectStderr = redirectStderr,
                EnvironmentFiles = environmentFiles,
                UserEnv = userEnv,
                Environment = _context.Reveal(environment),
                ServerUrl = IsAuto(serverUrl) ? null : serverUrl,
                Output = output,
            });
        }
        return [.. processes.OrderBy(process => process.Name, StringComparer.Ordinal)];
    }

    /// <summary>A oneshot is ready when it has completed; what is said for all programs is not meant for it.</summary>
    private ReadyWhen? WithoutReadiness(ReadyWhen? readyWhen)
    {
        _reader.Demand("ready_when", readyWhen is null || IsDefault("ready_when"),
            () => "ready_when cannot be had with oneshot, which is ready when it has completed");
        return null;
    }

    private bool IsDefault(string key) => _context.Document.DefaultSectionOf(_reader.Section, key) is not null;

    private static string Command(string text) => SecretCommand.IsFileIn(text)
        ? throw new ConfigException($"{SecretCommand.FileIsSecret} in command {PythonText.Repr(SecretFiles.Hide(text))}")
        : text;

    private StreamConfig ReadStream(SectionReader reader, string stream, long captureMaxBytes, bool eventsEnabled)
    {
        var key = stream + "_logfile";
        // Expanded twice (C-088).
        var file = reader.Attempt(key, "auto", () => reader.Text(key) is { } text ? PythonFormat.Expand(text, reader.Expansions, key) : "auto");
        var isSyslog = file.Equals("syslog", StringComparison.OrdinalIgnoreCase);
        var target = isSyslog ? LogTarget.None : TargetOf(file);
        var path = target == LogTarget.File ? reader.Attempt(key, file, () => _context.Paths.ExistingParent(file)) : null;
        var backups = reader.Read(key + "_backups", SupervisordReader.DefaultBackups, Values.Integer);
        var maxBytes = reader.Read(key + "_maxbytes", SupervisordReader.DefaultMaxBytes, Values.ByteSize);
        var syslog = reader.Read(stream + "_syslog", false, Values.Boolean);
        if (isSyslog)
            _context.Warn(_reader.Section, key, $"For [{_reader.Section}], {key}=syslog but this is deprecated and will be removed.  "
                + $"Use {stream}_syslog=true to enable syslog instead.");
        // In container mode an automatic log is our own stdout, which nobody rolls over.
        if (target == LogTarget.Auto && maxBytes == 0 && !_context.ContainerMode)
            _context.Warn(_reader.Section, key, $"For [{_reader.Section}], AUTO logging used for {key} without rollover, "
                + "set maxbytes > 0 to avoid filling up filesystem unintentionally");
        return new StreamConfig
        {
            Target = target,
            Path = path,
            MaxBytes = maxBytes,
            Backups = backups,
            CaptureMaxBytes = captureMaxBytes,
            EventsEnabled = eventsEnabled,
            Syslog = syslog || isSyslog,
        };
    }

    private static LogTarget TargetOf(string file) => file.ToLowerInvariant() switch
    {
        "" or "none" or "off" => LogTarget.None,
        "auto" => LogTarget.Auto,
        _ => LogTarget.File,
    };

    /// <summary>stderr that goes where stdout goes has no file of its own (C-218).</summary>
    private StreamConfig WithoutFile(StreamConfig stderr)
    {
        if (stderr.Target == LogTarget.File)
            _context.Warn(_reader.Section, "stderr_logfile", $"For [{_reader.Section}], redirect_stderr=true but stderr_logfile has also been set "
                + "to a filename, the filename has been ignored");
        return stderr with { Target = LogTarget.None, Path = null };
    }

    private static bool IsAuto(string? serverUrl) =>
        serverUrl is not null && PythonText.Strip(serverUrl).Equals("AUTO", StringComparison.OrdinalIgnoreCase);

    private static int NumProcs(string text)
    {
        var number = Values.Integer(text);
        return number <= MaxNumProcs ? number
            : throw new ConfigException(string.Create(CultureInfo.InvariantCulture, $"numprocs value {text} is above upper bound ({MaxNumProcs})"));
    }
}
