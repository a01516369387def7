using Init.Unit.Cli;
using Init.Unit.Config;
using Xunit;

namespace Init.Unit.Supervision;

/// <summary>What loads and is still wrong: a check warns of it, at its line.</summary>
public class ConfigurationCheckTests
{
    [Fact]
    public void Of_commands_that_a_start_would_not_find()
    {
        using var file = new ConfigFile();
        var plain = file.Write("plain", "no program");
        Assert.Equal(
        [
            "s.conf:3: warning: can't find command 'no-such-command'",
            "s.conf:5: warning: can't find command '/no/such/command'",
            "s.conf:7: warning: command at 'DIR/plain' is not executable",
            "s.conf:9: warning: command at '/etc' is a directory",
            "s.conf:11: warning: can't parse command '/bin/cat \"': No closing quotation",
            "s.conf:13: warning: can't find command 'cat'",
        ],
        Checked.Of(file, $"""
            [supervisord]
            [program:a]
            command=no-such-command
            [program:b]
            command=/no/such/command
            [program:c]
            command={plain}
            [program:d]
            command=/etc x
            [program:e]
            command=/bin/cat "
            [program:f]
            command=cat
            environment=PATH="/nowhere"
            [program:g]
            command=cat
            """).Lines);
    }

    [Fact]
    public void Of_commands_beside_a_program_that_would_not_be_found_at_their_own_keys()
    {
        using var file = new ConfigFile();
        file.Write("secret", "s3cr3t");
        Assert.Equal(
        [
            "s.conf:4: warning: healthcheck: can't find command 'nosuch'",
            "s.conf:5: warning: ready_when: can't find command '/no/probe'",
            "s.conf:6: warning: stop_command: can't find command '/no/stop'",
            "s.conf:13: warning: stop_command: can't find command 'cat'",
        ],
        Checked.Of(file, """
            [supervisord]
            [program:a]
            command=/bin/cat
            healthcheck=command:nosuch -x
            ready_when=command:/no/probe
            stop_command=/no/stop %(FILE_secret)s
            numprocs=2
            process_name=a%(process_num)d
            [program:b]
            command=/bin/cat
            environment=PATH="/nowhere"
            healthcheck=tcp:80
            stop_command=cat
            ready_when=log:/no/such/line
            [program:c]
            command=/bin/cat
            healthcheck=command:sh -c 'nosuch || exit 1'
            ready_when=command:cat %(FILE_secret)s
            stop_command=cat
            """).Lines);
    }

    [Fact]
    public void Once_for_all_processes_of_a_program() =>
        Assert.Equal(["3: warning: can't find command '/no/such/0'", "6: warning: directory '/no/such/dir' does not exist"],
            Checked.Programs("[program:a]\ncommand=/no/such/%(process_num)d\nnumprocs=3\nprocess_name=a%(process_num)d\ndirectory=/no/such/dir\n"));

    [Fact]
    public void Of_environment_files_at_their_own_lines()
    {
        using var file = new ConfigFile();
        file.Write("bad.env", "A=1\n\nB\n");
        Assert.Equal(
        [
            "DIR/bad.env:3: warning: environment_file: environment file 'DIR/bad.env': line 3 is not KEY=value",
            "s.conf:7: warning: environment_file: can't read environment file 'DIR/none.env': No such file or directory",
        ],
        Checked.Of(file, """
            [supervisord]
            [program:a]
            command=/bin/cat
            environment_file=bad.env,-none.env
            [program:b]
            command=/bin/cat
            environment_file=none.env
            """).Lines);
    }

    [Fact]
    public void Of_names_that_two_have() =>
        Assert.Equal(
        [
            "6: warning: process_name: 2 processes of group g are named same, only the last of them runs",
            "10: warning: group g is not run, for [group:g] makes one of that name",
        ],
        Checked.Programs("""
            [program:a]
            command=/bin/cat
            process_name=same
            [program:b]
            process_name=same
            command=/bin/cat
            [group:g]
            programs=a,b
            [program:g]
            command=/bin/cat
            priority=1000
            """));

    [Fact]
    public void Two_servers_on_one_address_are_an_error_for_no_start_gets_by_that()
    {
        Assert.Equal(["5: error: port: [inet_http_server] has this address too, and only one can have it",
            "9: error: file: [unix_http_server] has this address too, and only one can have it"],
            Checked.Programs("[inet_http_server]\nport=9001\n[inet_http_server:b]\nport=127.0.0.1:9001\n"
                + "[unix_http_server]\nfile=/tmp/nothing.sock\n[unix_http_server:b]\nfile=/tmp/../tmp/nothing.sock\n[inet_http_server:c]\nport=9002\n"));
        Assert.Equal(["5: error: port: [inet_http_server] has this address too, and only one can have it"],
            Checked.Programs("[inet_http_server]\nport=[::]:9001\n[inet_http_server:b]\nport=127.0.0.1:9001\n"));
        Assert.Empty(Checked.Programs("[inet_http_server]\nport=9001\n[inet_http_server:b]\nport=[::1]:9001\n[inet_http_server:c]\nport=127.0.0.1:9002\n"));
    }

    [Fact]
    public void Of_sockets_without_a_directory() =>
        Assert.Equal(["3: warning: file: directory '/nonexist/d' does not exist", "6: warning: socket: directory '/etc/passwd' is not a directory"],
            Checked.Programs("[unix_http_server]\nfile=/nonexist/d/s.sock\n[fcgi-program:f]\ncommand=/bin/cat\nsocket=unix:///etc/passwd/x.sock\n"));

    [Fact]
    public void Of_a_user_and_limits_that_only_root_could_have()
    {
        const string text = "[supervisord]\nminfds=2147483647\nuser=root\n";
        using var file = new ConfigFile();
        Assert.Empty(Checked.Of(file, text).Lines);
        Assert.Collection(Checked.Of(file, text, uid: 1000).Lines,
            line => Assert.Matches("^s.conf:2: warning: minfds=2147483647 is more than the hard limit of [0-9]+, which only root can raise$", line),
            line => Assert.Equal("s.conf:3: warning: Can't drop privilege as nonroot user", line));
        Assert.Single(Checked.Of(file, "[supervisord]\nminfds=2147483647\nuser=65534\n").Lines); // by then it is root no more
    }

    [Fact]
    public void Of_users_of_programs_that_a_daemon_without_root_cannot_become()
    {
        using var file = new ConfigFile();
        const string Programs = "[program:a]\ncommand=/bin/cat\nuser=65534\n[program:b]\ncommand=/bin/cat\nuser=33\n[program:c]\ncommand=/bin/cat\n";
        const string Warning = "warning: couldn't setuid to 33: Can't drop privilege as nonroot user";
        Assert.Empty(Checked.Of(file, "[supervisord]\n" + Programs).Lines);
        Assert.Empty(Checked.Of(file, "[supervisord]\nuser=root\n" + Programs).Lines);
        Assert.Equal([$"s.conf:7: {Warning}"], Checked.Of(file, "[supervisord]\n" + Programs, uid: 65534).Lines);
        var dropped = Checked.Of(file, "[supervisord]\nminfds=1\nminprocs=1\nuser=65534\n" + Programs);
        Assert.Equal([$"s.conf:10: {Warning}"], dropped.Lines);
        Assert.Equal(("program:b", "user"), Assert.Single(dropped.Findings) is var found ? (found.Section, found.Key) : default);
        Assert.Equal([$"s.conf:5: {Warning}"],
            Checked.Of(file, "[supervisord]\nuser=65534:7\n[program-default]\ncommand=/bin/cat\nuser=33\n[program:a]\n[program:b]\n").Lines);
        Assert.Equal(["s.conf:5: warning: couldn't setuid to 65534: Can't drop privilege as nonroot user"],
            Checked.Of(file, "[supervisord]\nuser=65534:7\n[program:a]\ncommand=/bin/cat\nuser=65534:8\n[program:b]\ncommand=/bin/cat\nuser=65534:7\n").Lines);
    }

    [Fact]
    public void Of_two_logs_in_one_file_that_is_rotated()
    {
        using var file = new ConfigFile();
        Assert.Equal(["s.conf:7: warning: DIR/log is the stdout_logfile of [program:a] too, and rotation takes it from one of them (stdout_logfile_maxbytes=0 for both turns that off)"],
            Checked.Of(file, """
                [supervisord]
                [program:a]
                command=/bin/cat
                stdout_logfile=log
                [program:b]
                command=/bin/cat
                stdout_logfile=./log
                [program:c]
                command=/bin/cat
                stdout_logfile=/dev/stdout
                stderr_logfile=/dev/stdout
                [program:d]
                command=/bin/cat
                stdout_logfile=kept
                stdout_logfile_maxbytes=0
                stderr_logfile=kept
                stderr_logfile_maxbytes=0
                """).Lines);
    }

    [Fact]
    public void Of_stop_times_that_somebody_has_asked_for_and_the_budget_cuts() =>
        Assert.Equal(
        [
            "5: warning: stop_budget=9 is less than the 30 s that redis's stopwaitsecs wants",
            "9: warning: stop_budget=9 leaves web 4.3 s of the 6 s that its stopwaitsecs wants",
        ],
        Checked.Programs("""
            stop_budget=9
            [program:redis]
            command=/bin/cat
            stopwaitsecs=30
            priority=1
            [program:web]
            command=/bin/cat
            stopwaitsecs=6
            [program:default]
            command=/bin/cat
            priority=999
            """));

    [Fact]
    public void Of_a_oneshot_that_should_be_restarted() =>
        Assert.Equal(["5: warning: autorestart has no effect on a oneshot"],
            Checked.Programs("[program:a]\ncommand=/bin/true\noneshot=true\nautorestart=true\n[program:b]\ncommand=/bin/true\noneshot=true\nautorestart=false\n"));

    [Fact]
    public void What_a_start_would_not_mind_is_not_told() =>
        Assert.Empty(Checked.Programs("""
            logfile=/dev/null
            [program:a]
            command=cat -u "two words"
            directory=/
            user=root
            stdout_logfile=/dev/stdout
            stdout_logfile_maxbytes=0
            redirect_stderr=true
            environment=A="1"
            [group:g]
            programs=a
            """));
}
