using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class ProgramReaderTests
{
    [Fact]
    public void Every_option_has_Supervisors_default() // C-193 to C-218
    {
        var process = ConfigFile.Process("");
        Assert.Equal("foo", process.Name);
        Assert.Equal("/bin/cat", process.Command);
        Assert.Null(process.Directory);
        Assert.Null(process.Umask);
        Assert.Equal(999, process.Priority);
        Assert.True(process.AutoStart);
        Assert.Equal(AutoRestart.Unexpected, process.AutoRestart);
        Assert.Equal(1, process.StartSecs);
        Assert.Equal(3, process.StartRetries);
        Assert.Null(process.User);
        Assert.Equal(15, process.StopSignal);
        Assert.Equal(10, process.StopWaitSecs);
        Assert.False(process.StopAsGroup);
        Assert.False(process.KillAsGroup);
        Assert.Equal([0], process.ExitCodes);
        Assert.False(process.RedirectStderr);
        Assert.Empty(process.Environment);
        Assert.Null(process.ServerUrl);
        Assert.Null(process.Socket);
        Assert.All(new[] { process.Stdout, process.Stderr }, stream => Assert.Equal(new StreamConfig
        {
            Target = LogTarget.Auto,
            MaxBytes = 50 * 1024 * 1024,
            Backups = 10,
            CaptureMaxBytes = 0,
            EventsEnabled = false,
            Syslog = false,
        }, stream));
    }

    [Fact]
    public void Every_option_is_read()
    {
        var process = ConfigFile.Process("""
            command=/bin/dog --name %(program_name)s ; not this
            process_name=rex
            directory=/nowhere/%(program_name)s
            umask=027
            priority=-7
            autostart=false
            autorestart=true
            startsecs=0
            startretries=9
            user=root
            stdout_logfile=/tmp/out
            stdout_logfile_maxbytes=1MB
            stdout_logfile_backups=0
            stdout_capture_maxbytes=1KB
            stdout_events_enabled=true
            stdout_syslog=true
            stderr_logfile=NONE
            stderr_logfile_maxbytes=0
            stderr_logfile_backups=2
            stderr_capture_maxbytes=2KB
            stderr_events_enabled=on
            stderr_syslog=no
            stopsignal=quit
            stopwaitsecs=600
            stopasgroup=true
            exitcodes=0,2
            environment=A="1"
            serverurl=http://h:1
            """);
        Assert.Equal("rex", process.Name);
        Assert.Equal("/bin/dog --name foo", process.Command);
        Assert.Equal("/nowhere/foo", process.Directory); // C-214: not looked at
        Assert.Equal(23, process.Umask);
        Assert.Equal(-7, process.Priority);
        Assert.False(process.AutoStart);
        Assert.Equal(AutoRestart.Always, process.AutoRestart);
        Assert.Equal(0, process.StartSecs);
        Assert.Equal(9, process.StartRetries);
        Assert.Equal(new UserIdentity("root", 0, 0), process.User);
        Assert.Equal(new StreamConfig
        {
            Target = LogTarget.File,
            Path = "/tmp/out",
            MaxBytes = 1048576,
            Backups = 0,
            CaptureMaxBytes = 1024,
            EventsEnabled = true,
            Syslog = true,
        }, process.Stdout);
        Assert.Equal(new StreamConfig
        {
            Target = LogTarget.None,
            MaxBytes = 0,
            Backups = 2,
            CaptureMaxBytes = 2048,
            EventsEnabled = true,
            Syslog = false,
        }, process.Stderr);
        Assert.Equal(3, process.StopSignal);
        Assert.Equal(600, process.StopWaitSecs);
        Assert.True(process.StopAsGroup);
        Assert.True(process.KillAsGroup); // C-204: as stopasgroup
        Assert.Equal([0, 2], process.ExitCodes);
        Assert.Equal([KeyValuePair.Create("A", "1")], process.Environment);
        Assert.Equal("http://h:1", process.ServerUrl);
    }

    [Theory]
    [InlineData("priority=x", "invalid literal for int() with base 10: 'x'", false)] // read before the program's own options (C-078)
    [InlineData("autostart=x", "not a valid boolean value: 'x'")]
    [InlineData("autorestart=X", "invalid 'autorestart' value 'x'")]
    [InlineData("startsecs=1s", "invalid literal for int() with base 10: '1s'")]
    [InlineData("startretries=", "invalid literal for int() with base 10: ''")]
    [InlineData("stopsignal=BOGUS", "value 'BOGUS' is not a valid signal name")]
    [InlineData("stopsignal=99", "value '99' is not a valid signal number")]
    [InlineData("stopwaitsecs=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("stopasgroup=x", "not a valid boolean value: 'x'")]
    [InlineData("killasgroup=x", "not a valid boolean value: 'x'")]
    [InlineData("stopasgroup=true\nkillasgroup=false", "Cannot set stopasgroup=true and killasgroup=false")]
    [InlineData("exitcodes=0 1", "not a valid list of exit codes: '0 1'")]
    [InlineData("redirect_stderr=x", "not a valid boolean value: 'x'")]
    [InlineData("numprocs=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("numprocs=2", "%(process_num) must be present within process_name when numprocs > 1")]
    [InlineData("numprocs=99999999999", "numprocs value 99999999999 is above upper bound (100000)")]
    [InlineData("numprocs_start=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("stdout_capture_maxbytes=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("stderr_capture_maxbytes=1 TB", "invalid literal for int() with base 10: '1 tb'")]
    [InlineData("stdout_events_enabled=x", "not a valid boolean value: 'x'")]
    [InlineData("stderr_events_enabled=x", "not a valid boolean value: 'x'")]
    [InlineData("stdout_syslog=x", "not a valid boolean value: 'x'")]
    [InlineData("stderr_syslog=x", "not a valid boolean value: 'x'")]
    [InlineData("user=nosuch", "Invalid user name nosuch")]
    [InlineData("umask=x", "x can not be converted to an octal type")]
    [InlineData("process_name=a b", "Invalid name: 'a b' because of character: ' '")]
    [InlineData("environment=A", "Unexpected end of key/value pairs in value 'A'")]
    [InlineData("stdout_logfile=/nonexist/x", "The directory named as part of the path /nonexist/x does not exist")]
    [InlineData("stderr_logfile=/nonexist/x", "The directory named as part of the path /nonexist/x does not exist")]
    [InlineData("stdout_logfile_backups=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("stderr_logfile_backups=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("stdout_logfile_maxbytes=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("stderr_logfile_maxbytes=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("command=%", "Format string '%' for 'program:foo.command' is badly formatted: incomplete format")]
    [InlineData("stdout_logfile=%%x", "Format string '%x' for 'stdout_logfile' is badly formatted: %x format: an integer is required, not dict")]
    [InlineData("process_name=%y", "Format string '%y' for 'process_name' is badly formatted: unsupported format character 'y' (0x79) at index 1")]
    [InlineData("environment=%y", "Format string '%y' for 'environment' is badly formatted: unsupported format character 'y' (0x79) at index 1")]
    public void A_bad_value_gets_Supervisors_message_with_its_section(string lines, string expected, bool suffix = true) => // C-104
        Assert.Equal(expected, suffix ? ConfigFile.ProgramError(lines) : ConfigFile.ErrorOf(ConfigFile.Program(lines)));

    [Fact]
    public void A_command_must_be_there_but_may_be_empty() // C-193
    {
        Assert.Equal("program section program:x does not specify a command in section 'program:x' (file: 'FILE')",
            ConfigFile.ErrorOf("[supervisord]\n[program:x]\n"));
        Assert.Equal("", ConfigFile.Process("command=").Command);
    }

    [Theory]
    [InlineData("[program:a b]", "Invalid name: 'a b' because of character: ' '")]
    [InlineData("[program:a:b]", "Invalid name: 'a:b' because of character: ':'")]
    [InlineData("[program:a/b]", "Invalid name: 'a/b' because of character: '/'")]
    public void A_bad_program_name_has_no_suffix(string section, string expected) =>
        Assert.Equal(expected, ConfigFile.ErrorOf($"[supervisord]\n{section}\ncommand=x\n"));

    [Theory]
    [InlineData("[program: x ]", "x")]
    [InlineData("[program:]", "")]
    [InlineData("[program:é]", "é")]
    public void A_program_name_is_trimmed(string section, string name) // C-121, C-269
    {
        var group = Assert.Single(ConfigFile.Of($"[supervisord]\n{section}\ncommand=%(program_name)s.%(group_name)s\n").Groups);
        Assert.Equal((name, name), (group.Name, group.Processes[0].Name));
        Assert.Equal($"{name}.{name}", group.Processes[0].Command);
    }

    [Theory]
    [InlineData("numprocs=0", "")]
    [InlineData("numprocs=-3", "")]
    [InlineData("numprocs=1\nprocess_name=p%(process_num)d", "p0")]
    [InlineData("numprocs=3\nprocess_name=p%(process_num)d", "p0 p1 p2")]
    [InlineData("numprocs=2\nprocess_name=%(program_name)s_%(process_num)02d\nnumprocs_start=9", "foo_09 foo_10")]
    [InlineData("numprocs=2\nprocess_name=%(process_num)s\nnumprocs_start=-1", "-1 0")]
    [InlineData("numprocs=12\nprocess_name=%(process_num)s", "0 1 10 11 2 3 4 5 6 7 8 9")] // in order of names
    [InlineData("numprocs=2\nprocess_name=x%%(process_num)s", "x%(process_num)s")] // C-197: equal names, the last survives
    [InlineData("process_name=", "")]
    public void Numprocs_makes_processes(string lines, string names) => // C-195, C-196
        Assert.Equal(names, string.Join(' ', ConfigFile.Processes(lines).Select(process => process.Name)));

    [Fact]
    public void Each_process_expands_its_own_options() // C-081
    {
        var process = ConfigFile.Processes("""
            numprocs=2
            process_name=%(process_num)d
            command=%(numprocs)d-%(process_num)03d-%(ENV_K)s-%(ENV_COLOUR)s
            directory=/%(process_num)s/%(ENV_K)s
            environment=K="k%(process_num)d"
            stdout_logfile=/tmp/%(process_num)s.%(ENV_K)s
            stderr_logfile=/tmp/%%%%%(group_name)s
            stdout_logfile_backups=%(process_num)s
            stderr_logfile_maxbytes=%(process_num)sKB
            stdout_syslog=%(process_num)s
            """)[1];
        Assert.Equal("2-001-k1-blue%s", process.Command);
        Assert.Equal("/1/k1", process.Directory);
        Assert.Equal([KeyValuePair.Create("K", "k1")], process.Environment);
        Assert.Equal("/tmp/1.k1", process.Stdout.Path);
        Assert.Equal("/tmp/%foo", process.Stderr.Path); // C-088: expanded twice
        Assert.Equal(1, process.Stdout.Backups);
        Assert.Equal(1024, process.Stderr.MaxBytes);
        Assert.True(process.Stdout.Syslog);
    }

    [Theory]
    [InlineData("startsecs=%(process_num)s", "process_num")] // C-082
    [InlineData("numprocs=%(numprocs)s", "numprocs")]
    [InlineData("user=%(process_num)s", "process_num")]
    [InlineData("startsecs=%(ENV_K)s\nenvironment=K=1", "ENV_K")] // C-087
    public void Shared_options_do_not_know_the_process(string lines, string name) => Assert.Contains(
        $"contains names ('{name}') which cannot be expanded. Available names: ENV_COLOUR, ENV_HOME, group_name, here, host_node_name, program_name",
        ConfigFile.ProgramError(lines));

    [Fact]
    public void Priority_is_read_before_the_program_has_a_name() => Assert.Equal( // C-078
        "Format string '%(program_name)s' for 'program:foo.priority' contains names ('program_name') which cannot be expanded. "
        + "Available names: ENV_COLOUR, ENV_HOME, here", ConfigFile.ErrorOf(ConfigFile.Program("priority=%(program_name)s")));

    [Theory]
    [InlineData("none", LogTarget.None, null)]
    [InlineData("OFF", LogTarget.None, null)]
    [InlineData("", LogTarget.None, null)]
    [InlineData("Auto", LogTarget.Auto, null)]
    [InlineData("x.log", LogTarget.File, "x.log")] // C-219: as written
    [InlineData("./x.log", LogTarget.File, "./x.log")]
    [InlineData("~root/../tmp", LogTarget.File, "/root/../tmp")]
    [InlineData("/dev/stdout", LogTarget.File, "/dev/stdout")]
    internal void A_logfile_is_none_auto_or_a_path(string value, LogTarget target, string? path) // C-120
    {
        var stdout = ConfigFile.Process($"stdout_logfile={value}").Stdout;
        Assert.Equal((target, path), (stdout.Target, stdout.Path));
    }

    [Theory]
    [InlineData("AUTO", null)]
    [InlineData(" auto ", null)]
    [InlineData("", "")] // C-253: leaves the variable unset
    [InlineData("http://x", "http://x")]
    public void Serverurl_may_be_auto(string value, string? expected) => // C-215
        Assert.Equal(expected, ConfigFile.Process($"serverurl={value}").ServerUrl);

    [Theory]
    [InlineData("stdout_logfile=syslog", // C-216
        "For [program:foo], stdout_logfile=syslog but this is deprecated and will be removed.  Use stdout_syslog=true to enable syslog instead.")]
    [InlineData("stderr_logfile_maxbytes=0", // C-217
        "For [program:foo], AUTO logging used for stderr_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally")]
    [InlineData("redirect_stderr=true\nstderr_logfile=/tmp/x", // C-218
        "For [program:foo], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored")]
    public void What_is_odd_is_warned_of(string lines, string expected) =>
        Assert.Equal([expected], ConfigFile.Of(ConfigFile.Program(lines)).Warnings);

    [Fact]
    public void In_container_mode_automatic_logs_need_no_rollover()
    {
        using var file = new ConfigFile { ContainerMode = true };
        Assert.Empty(file.Read(ConfigFile.Program("stdout_logfile_maxbytes=0")).Warnings);
    }

    [Fact]
    public void The_log_named_syslog_is_no_file()
    {
        var stream = ConfigFile.Process("stderr_logfile=SysLog").Stderr;
        Assert.Equal((LogTarget.None, true), (stream.Target, stream.Syslog));
    }

    [Theory]
    [InlineData("redirect_stderr=true")]
    [InlineData("redirect_stderr=true\nstderr_logfile=/tmp/x")]
    public void Redirected_stderr_has_no_file(string lines)
    {
        var process = ConfigFile.Process(lines);
        Assert.True(process.RedirectStderr);
        Assert.Equal((LogTarget.None, null), (process.Stderr.Target, process.Stderr.Path));
    }

    [Fact]
    public void An_error_knows_its_place()
    {
        using var file = new ConfigFile();
        var error = Assert.Throws<ConfigException>(() => file.Read("[supervisord]\n[program:x]\ncommand=x\n\nstartsecs=x\n"));
        Assert.Equal(new SourceLocation(file.Path, 5), error.Location);
        error = Assert.Throws<ConfigException>(() => file.Read("[supervisord]\n\n[program:x]\n"));
        Assert.Equal(new SourceLocation(file.Path, 3), error.Location);
    }
}
