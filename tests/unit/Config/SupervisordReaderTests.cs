using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class SupervisordReaderTests
{
    [Fact]
    public void Every_option_has_Supervisors_default() // C-135 to C-149
    {
        using var file = new ConfigFile();
        file.Environment["TMPDIR"] = file.Directory;
        var supervisord = file.Read("[supervisord]\n").Supervisord;
        Assert.Equal(Path.Combine(file.Directory, "supervisord.log"), supervisord.Logfile);
        Assert.Equal(50 * 1024 * 1024, supervisord.LogfileMaxBytes);
        Assert.Equal(10, supervisord.LogfileBackups);
        Assert.Equal(LogLevel.Info, supervisord.LogLevel);
        Assert.Equal(Path.Combine(file.Directory, "supervisord.pid"), supervisord.Pidfile);
        Assert.Equal(18, supervisord.Umask);
        Assert.False(supervisord.NoDaemon);
        Assert.False(supervisord.Silent);
        Assert.Equal(1024, supervisord.MinFds);
        Assert.Equal(200, supervisord.MinProcs);
        Assert.False(supervisord.NoCleanup);
        Assert.False(supervisord.StripAnsi);
        Assert.Equal(file.Directory, supervisord.ChildLogDir);
        Assert.Null(supervisord.User);
        Assert.Null(supervisord.Directory);
        Assert.Empty(supervisord.Environment);
        Assert.Equal("supervisor", supervisord.Identifier);
    }

    [Fact]
    public void Every_option_is_read()
    {
        using var file = new ConfigFile();
        var supervisord = file.Read("""
            [supervisord]
            logfile=~/./x.log
            logfile_maxbytes = 1 KB
            logfile_backups: 3
            LogLevel=DEBUG
            pidfile=%(here)s/x.pid
            umask=077
            nodaemon=true
            silent=yes
            minfds=1_0
            minprocs=20
            nocleanup=on
            strip_ansi=1
            childlogdir=%(here)s
            user=root
            directory=/
            identifier=an instance %(ENV_COLOUR)s
            environment=A="1",B="%(here)s"
            """).Supervisord;
        Assert.Equal(Path.Combine(file.Directory, "x.log"), supervisord.Logfile);
        Assert.Equal(1024, supervisord.LogfileMaxBytes);
        Assert.Equal(3, supervisord.LogfileBackups);
        Assert.Equal(LogLevel.Debug, supervisord.LogLevel);
        Assert.Equal(Path.Combine(file.Directory, "x.pid"), supervisord.Pidfile);
        Assert.Equal(63, supervisord.Umask);
        Assert.True(supervisord.NoDaemon);
        Assert.True(supervisord.Silent);
        Assert.Equal(10, supervisord.MinFds);
        Assert.Equal(20, supervisord.MinProcs);
        Assert.True(supervisord.NoCleanup);
        Assert.True(supervisord.StripAnsi);
        Assert.Equal(file.Directory, supervisord.ChildLogDir);
        Assert.Equal(new UserIdentity("root", 0, 0), supervisord.User);
        Assert.Equal("/", supervisord.Directory);
        Assert.Equal("an instance blue%s", supervisord.Identifier);
        Assert.Equal([KeyValuePair.Create("A", "1"), KeyValuePair.Create("B", file.Directory)], supervisord.Environment);
    }

    [Theory]
    [InlineData("logfile=/nonexist/a.log", "The directory named as part of the path /nonexist/a.log does not exist")]
    [InlineData("pidfile=~nosuchuser/a", "The directory named as part of the path ~nosuchuser/a does not exist")]
    [InlineData("logfile_maxbytes=1TB", "invalid literal for int() with base 10: '1tb'")]
    [InlineData("logfile_backups=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("loglevel=warning", "bad logging level name 'warning'")]
    [InlineData("umask=9", "9 can not be converted to an octal type")]
    [InlineData("nodaemon=maybe", "not a valid boolean value: 'maybe'")]
    [InlineData("silent=", "not a valid boolean value: ''")]
    [InlineData("nocleanup=x", "not a valid boolean value: 'x'")]
    [InlineData("strip_ansi=x", "not a valid boolean value: 'x'")]
    [InlineData("minfds=1.5", "invalid literal for int() with base 10: '1.5'")]
    [InlineData("minprocs=", "invalid literal for int() with base 10: ''")]
    [InlineData("childlogdir=/nonexist", "/nonexist is not an existing directory")]
    [InlineData("directory=/etc/passwd", "/etc/passwd is not an existing directory")]
    [InlineData("user=nosuch", "Invalid user name nosuch")]
    [InlineData("user=-1", "Invalid user id -1")]
    [InlineData("environment=A", "Unexpected end of key/value pairs in value 'A'")]
    [InlineData("environment=A=\"x", "No closing quotation")]
    public void A_bad_value_gets_Supervisors_message(string line, string expected) => Assert.Equal(expected, ConfigFile.SupervisordError(line));

    [Theory]
    [InlineData("identifier=%(host_node_name)s")] // C-073
    [InlineData("identifier=%(program_name)s")]
    [InlineData("environment=A=%(host_node_name)s")]
    [InlineData("environment=A=%(process_num)s")]
    public void Only_here_and_the_environment_expand(string line) =>
        Assert.Contains("which cannot be expanded. Available names: ENV_COLOUR, ENV_HOME, here", ConfigFile.SupervisordError(line));

    [Fact]
    public void Environment_is_expanded_twice() // C-089
    {
        Assert.Equal("x%y", ConfigFile.Supervisord("environment=A=\"x%%%%y\"").Environment[0].Value);
        Assert.Equal("Format string 'A=\"x%y\"' for 'environment' is badly formatted: unsupported format character 'y' (0x79) at index 5",
            ConfigFile.SupervisordError("environment=A=\"x%%y\""));
    }

    [Fact]
    public void Environment_is_seen_by_later_sections_only() // C-086
    {
        using var file = new ConfigFile();
        file.Environment["B"] = "outer";
        var configuration = file.Read("""
            [supervisord]
            identifier=%(ENV_B)s
            environment=B="inner",C="new"
            [program:x]
            command=%(ENV_B)s %(ENV_C)s
            """);
        Assert.Equal("outer", configuration.Supervisord.Identifier);
        Assert.Equal("inner new", configuration.Groups[0].Processes[0].Command);
        Assert.Empty(configuration.Groups[0].Processes[0].Environment);
    }

    [Fact]
    public void The_log_named_syslog_is_no_path() // C-135
    {
        Assert.Equal("syslog", ConfigFile.Supervisord("logfile=syslog").Logfile);
        Assert.EndsWith("/SYSLOG", ConfigFile.Supervisord("logfile=SYSLOG").Logfile);
        Assert.EndsWith("/syslog", ConfigFile.Supervisord("pidfile=syslog").Pidfile);
    }

    [Fact]
    public void The_command_line_wins_over_the_file() // C-031
    {
        using var file = new ConfigFile();
        file.CommandLine = new CommandLineValues
        {
            NoDaemon = true,
            Silent = true,
            User = "0",
            Umask = 1,
            Directory = "/tmp",
            Logfile = "l",
            LogfileMaxBytes = 0,
            LogfileBackups = 0,
            LogLevel = LogLevel.Trace,
            Pidfile = "/p",
            Identifier = "",
            ChildLogDir = "/",
            NoCleanup = true,
            MinFds = 1,
            MinProcs = 2,
            StripAnsi = true,
        };
        var supervisord = file.Read("[supervisord]\nlogfile=/x\nidentifier=a\nuser=nosuch\nlogfile_backups=7\nnodaemon=false\n").Supervisord;
        Assert.True(supervisord.NoDaemon && supervisord.Silent && supervisord.NoCleanup && supervisord.StripAnsi);
        Assert.Equal(new UserIdentity("root", 0, 0), supervisord.User);
        Assert.Equal(1, supervisord.Umask);
        Assert.Equal("/tmp", supervisord.Directory);
        Assert.Equal(Path.Combine(file.Directory, "l"), supervisord.Logfile);
        Assert.Equal((0, 0), (supervisord.LogfileMaxBytes, supervisord.LogfileBackups));
        Assert.Equal(LogLevel.Trace, supervisord.LogLevel);
        Assert.Equal("/p", supervisord.Pidfile);
        Assert.Equal("", supervisord.Identifier);
        Assert.Equal("/", supervisord.ChildLogDir);
        Assert.Equal((1, 2), (supervisord.MinFds, supervisord.MinProcs));
    }

    [Fact]
    public void A_bad_value_in_the_file_is_an_error_also_where_the_command_line_wins()
    {
        using var file = new ConfigFile();
        file.CommandLine = new CommandLineValues { Umask = 0 };
        Assert.Equal("x can not be converted to an octal type", file.Error("[supervisord]\numask=x\n"));
    }

    [Fact]
    public void A_user_on_the_command_line_is_looked_up_after_the_file() // C-030
    {
        using var file = new ConfigFile();
        file.CommandLine = new CommandLineValues { User = "nosuch" };
        Assert.Equal("Invalid user name nosuch", file.Error("[supervisord]\n"));
        Assert.StartsWith("section [unix_http_server]", file.Error("[supervisord]\n[unix_http_server]\n"));
    }

    [Fact]
    public void A_numeric_user_needs_no_entry_in_the_database() // unlike C-118
    {
        const uint Uid = 3_999_999_999;
        Assert.Equal(new UserIdentity(null, Uid, Uid), ConfigFile.Supervisord($"user={Uid}").User);
    }

    [Fact]
    public void In_container_mode_files_are_made_only_where_they_are_named()
    {
        using var file = new ConfigFile { ContainerMode = true };
        var silent = file.Read("[supervisord]\n").Supervisord;
        Assert.Null(silent.Logfile);
        Assert.Null(silent.Pidfile);
        var empty = file.Read("[supervisord]\nlogfile=\npidfile=\n").Supervisord;
        Assert.Null(empty.Logfile);
        Assert.Null(empty.Pidfile);
        var named = file.Read("[supervisord]\nlogfile=/dev/stdout\npidfile=a.pid\n").Supervisord;
        Assert.Equal("/dev/stdout", named.Logfile);
        Assert.Equal(Path.Combine(file.Directory, "a.pid"), named.Pidfile);
        file.CommandLine = new CommandLineValues { Logfile = "l", Pidfile = "p" };
        Assert.EndsWith("/l", file.Read("[supervisord]\n").Supervisord.Logfile);
        Assert.EndsWith("/p", file.Read("[supervisord]\n").Supervisord.Pidfile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("[program:x]\ncommand=x\n")]
    [InlineData("[Supervisord]\n")]
    [InlineData("[DEFAULT]\nidentifier=x\n")]
    public void The_section_must_be_there(string text) => // C-065
        Assert.Equal(".ini file does not include supervisord section", ConfigFile.ErrorOf(text));

    [Fact]
    public void Unknown_keys_and_sections_are_ignored_whatever_they_say() => // C-064, C-267
        Assert.Empty(ConfigFile.Of("""
            [supervisord]
            bogus=%(nope)s %
            [supervisorctl]
            serverurl=%(bad
            [ctlplugin:x]
            y=%
            [program]
            [Program:x]
            [foo]
            a=%(b
            """).Groups);
}
