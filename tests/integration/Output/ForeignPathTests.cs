using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Output;

/// <summary>
/// A daemon of root's, whose logs, sockets and pid file are in a folder of user nobody's, `app`. That user puts something in their place
/// that leads to root's own folder, `root`, or holds up who opens it.
/// </summary>
public sealed class ForeignPathTests(ITestOutputHelper output) : ControlledTest(output)
{
    private const string Secret = "root:x:0:0\n";

    private const string Folders = "cd {dir}; chmod 755 .; mkdir app root; chmod 700 root; printf 'root:x:0:0\\n' > root/secret; chown 65534:65534 app; ";

    /// <summary>As a program that says something, once it may.</summary>
    private const string Speaker = """
        command=sh -c 'echo first; until test -e {dir}/go; do sleep 0.05; done; n=0; while [ $n -lt 40 ]; do echo line-$n-of-what-this-program-says; n=$((n+1)); sleep 0.05; done; exec sleep 600'
        user=nobody
        startsecs=0
        redirect_stderr=true
        stdout_logfile={dir}/app/log

        """;

    /// <summary>What is put at app/log by its owner, and how it is called.</summary>
    public static TheoryData<string, string> Traps => new()
    {
        { "ln -s ../root/secret app/log; chown -h 65534 app/log", @"is a symbolic link of nobody \(uid 65534\) to \.\./root/secret: not followed" },
        { "ln -s $PWD/root/new app/log; chown -h 65534 app/log", @"to /.*/root/new: not followed" },
        { "ln root/secret app/log", @"has 2 names \(hard links\)" },
        { "mkfifo app/log; chown 65534 app/log", @"is a FIFO of nobody \(uid 65534\)" },
        { "mknod app/log c 1 3; chown 65534 app/log", "is a device of nobody" },
        { "mkdir d; chown 65534 d; ln -s ../root d/x; chown -h 65534 d/x; ln -s ../d/x/secret app/log", @"d/x is a symbolic link of nobody \(uid 65534\) to \.\./root: not followed" },
        { "mv app app2; ln -s root app; chown -h 65534 app", @"app is a symbolic link of nobody \(uid 65534\) to root: not followed" },
    };

    /// <summary>Those that do not take the folder away.</summary>
    public static TheoryData<string> TrapsOfTheName
    {
        get
        {
            var traps = new TheoryData<string>();
            foreach (var row in Traps)
                if (row[0] is string trap && !trap.Contains("mv app", StringComparison.Ordinal))
                    traps.Add(trap);
            return traps;
        }
    }

    private Daemon RunWith(string script, string programs, string supervisord = "") =>
        Run(programs, supervisord, new Launch { Wrapper = ["sh", "-c", Folders + script + "; exec \"$@\"", "sh"] });

    private static void Shell(Daemon daemon, string script)
    {
        using var shell = Child.Start(["sh", "-ec", $"cd {daemon.Folder}; {script}"]);
        if (shell.WaitForExit(Eventually.Patience) != ExitStatus.Exited(0))
            throw daemon.Failure($"{script}: {shell.Output} {shell.Error}");
    }

    private static void AssertUntouched(Daemon daemon)
    {
        Assert.Equal(Secret, daemon.Read("root/secret"));
        Assert.Equal(["secret"], Directory.GetFileSystemEntries(daemon.PathOf("root")).Select(Path.GetFileName));
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void A_program_is_not_started_with_such_a_log_and_the_reason_is_said(string trap, string reason)
    {
        var daemon = RunWith(trap, "[program:p]\nstartretries=0\n" + Speaker);
        daemon.WaitForLine($@"spawnerr: unknown error making dispatchers for 'p': EACCES \(/.*{reason}");
        daemon.WaitForLine("gave up: p entered FATAL state");
        Assert.Matches("FATAL.*EACCES", Ctl(daemon, 3, "status"));
        AssertUntouched(daemon);
    }

    [Theory]
    [MemberData(nameof(TrapsOfTheName))]
    public void A_rotation_goes_on_in_a_new_file(string trap)
    {
        var daemon = RunWith("true", "[program:p]\nstdout_logfile_maxbytes=200\nstdout_logfile_backups=2\n" + Speaker);
        daemon.WaitUntil(() => daemon.Read("app/log").Contains("first", StringComparison.Ordinal), "it speaks");
        Shell(daemon, $"rm app/log; {trap}; touch go");
        daemon.WaitForLine("ERRO p stdout: .*writing goes on in a new file");
        daemon.WaitUntil(() => IsOurs("app/log") && IsOurs("app/log.1") && daemon.Read("app/log.1").Contains("line-", StringComparison.Ordinal),
            "there is a new file, which is rotated");
        AssertUntouched(daemon);
        Assert.Single(daemon.Output.Lines, line => line.Contains("writing goes on", StringComparison.Ordinal));

        // Not the trap, which was put away: a FIFO would be waited for.
        bool IsOurs(string name) =>
            Syscall.lstat(daemon.PathOf(name), out var status) == 0 && (status.st_mode & FilePermissions.S_IFMT) == FilePermissions.S_IFREG && status.st_nlink == 1;
    }

    [Theory]
    [MemberData(nameof(TrapsOfTheName))]
    public void It_is_neither_read_nor_reopened_nor_followed_and_cleared_without_its_other_end(string trap)
    {
        var daemon = RunWith("true", "[program:p]\n" + Speaker);
        daemon.WaitUntil(() => daemon.Read("app/log").Contains("first", StringComparison.Ordinal), "it speaks");
        Shell(daemon, $"rm app/log; {trap}");
        Assert.Matches(@"^p: ERROR \((unknown error reading log|no log file)\)\n$", Ctl(daemon, 1, "tail", "p"));
        Assert.DoesNotContain("root:x", Ctl(daemon, 0, "why", "p"), StringComparison.Ordinal);
        Assert.DoesNotContain("root:x", Ctl(daemon, null, "tail", "-f", "p"), StringComparison.Ordinal);
        daemon.Signal(Signum.SIGUSR2);
        daemon.WaitForLine("ERRO p stdout: cannot reopen .*not (followed|opened)");
        AssertUntouched(daemon);
        Assert.Equal("p: cleared\n", Ctl(daemon, 0, "clear", "p"));
        Shell(daemon, "touch go");
        daemon.WaitUntil(() => daemon.Read("app/log").Contains("line-1-", StringComparison.Ordinal), "it goes on in a new file");
        AssertUntouched(daemon);
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void The_pid_file_is_not_written_there_and_nothing_is_removed(string trap, string reason)
    {
        var daemon = RunWith(trap, "[program:p]\ncommand=sleep 600\n", "pidfile={dir}/app/log\n");
        daemon.WaitForLine($@"CRIT could not write pidfile .*{reason}");
        daemon.WaitForLine("entered RUNNING state");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        AssertUntouched(daemon);
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void The_main_log_is_not_opened_there(string trap, string reason)
    {
        var daemon = RunWith(trap, "[program:p]\ncommand=sleep 600\n", "logfile={dir}/app/log\n");
        daemon.WaitForErrorLine($"could not open log file .*{reason}");
        Assert.NotEqual(ExitStatus.Exited(0), daemon.WaitForExit());
        AssertUntouched(daemon);
    }

    /// <summary>Not even that of a user to whom the socket is to be given. A link of root's is ours to remove.</summary>
    [Theory]
    [MemberData(nameof(Traps))]
    public void A_socket_takes_nobody_s_place_and_no_place_elsewhere(string trap, string reason)
    {
        _ = reason;
        var daemon = RunWith(trap, "[fcgi-program:f]\ncommand=sleep 600\nsocket=unix://{dir}/app/log\nsocket_mode=0777\nsocket_owner=nobody\n");
        if (trap.Contains("../d/x", StringComparison.Ordinal))
            daemon.WaitForLine("success: f");
        else
            daemon.WaitForErrorLine("Could not create FastCGI socket .*(exists and is not a socket|not removed|not followed)");
        AssertUntouched(daemon);
        Assert.Equal(0u, Status(daemon.PathOf("root/secret")).st_uid);
    }

    private static Stat Status(string path) => Syscall.lstat(path, out var status) == 0 ? status : throw new FileNotFoundException(path);

    /// <summary>Each kind of folder: that user's own, one like /tmp, root's.</summary>
    [Theory]
    [InlineData("true")]
    [InlineData("chmod 1777 app; chown root app")]
    [InlineData("rm -r app; mkdir app")]
    public void Sockets_get_their_owner_and_mode_before_they_listen_and_leave_nothing_else(string script)
    {
        var daemon = Start(new Launch
        {
            Wrapper =
            [
                "sh", "-c", Folders + script + "; umask 0; exec \"$@\"", "sh",
                "strace", "-D", "-f", "-o", "{dir}/trace", "-e", "trace=bind,listen,chmod,fchmod,fchmodat,chown,lchown,fchownat",
            ],
            Config = """
                [supervisord]
                [unix_http_server]
                file={dir}/app/s.sock
                chmod=0722
                chown=nobody
                [rpcinterface:supervisor]
                supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
                [supervisorctl]
                serverurl=unix://{dir}/app/s.sock
                [fcgi-program:f]
                command={fixtures}/answer
                socket=unix://{dir}/app/f.sock
                socket_owner=nobody
                socket_mode=0711
                """,
        });
        daemon.WaitForLine("success: f");
        Assert.Contains("RUNNING", Ctl(daemon, 0, "status"), StringComparison.Ordinal);
        Assert.Equal((65534u, 0b111_001_001), Of("f.sock"));
        Assert.Equal((65534u, 0b111_010_010), Of("s.sock"));
        Assert.Equal(["f.sock", "s.sock"], Directory.GetFileSystemEntries(daemon.PathOf("app")).Select(Path.GetFileName).Order());
        foreach (var run in string.Join('\n', Calls()).Split("bind", StringSplitOptions.RemoveEmptyEntries))
            Assert.Matches("^\\n?(fchmodat|fchownat)\\n(fchmodat|fchownat)(\\nlisten)+\\n?$", run); // the HTTP server calls it once more
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.Equal(["f.sock"], Directory.GetFileSystemEntries(daemon.PathOf("app")).Select(Path.GetFileName)); // which stays (E-065)

        (uint, int) Of(string name)
        {
            var status = Status(daemon.PathOf("app/" + name));
            return (status.st_uid, (int)(status.st_mode & FilePermissions.ALLPERMS));
        }

        // The notify sockets and others have no path.
        IEnumerable<string> Calls() => daemon.Read("trace").Split('\n')
            .Where(line => line.Contains("sock", StringComparison.Ordinal) || line.Contains("listen(", StringComparison.Ordinal) || line.Contains("/s\"", StringComparison.Ordinal)
                || line.Contains("\"s\"", StringComparison.Ordinal))
            .Select(line => Regex.Match(line, @"\b(bind|listen|f?chmod(?:at)?|f?chown(?:at)?)\(").Groups[1].Value).Where(call => call.Length > 0);
    }

    [Fact]
    public void Why_does_not_read_what_took_the_place_of_stderr()
    {
        var daemon = RunWith("true", "[program:p]\ncommand=sh -c 'echo first >&2; exec sleep 600'\nuser=nobody\nstderr_logfile={dir}/app/log\n");
        daemon.WaitForLine("success: p");
        daemon.WaitUntil(() => Ctl(daemon, 0, "why", "p").Contains("| first", StringComparison.Ordinal), "it is read");
        Shell(daemon, "rm app/log; ln -s ../root/secret app/log; chown -h 65534 app/log");
        var told = Ctl(daemon, 0, "why", "p");
        Assert.Contains("p: RUNNING", told, StringComparison.Ordinal);
        Assert.DoesNotContain("root", told, StringComparison.Ordinal);
    }

    /// <summary>As nginx's image does it.</summary>
    [Fact]
    public void A_link_of_root_s_to_our_stdout_is_followed_in_whoever_s_folder()
    {
        var daemon = RunWith("ln -s /dev/stdout app/log", "[program:p]\n" + Speaker);
        daemon.WaitForLine("^first$");
        Shell(daemon, "touch go");
        daemon.WaitForLine("^line-39-of");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [InlineData("echo before > app/log; chown 65534 app/log")]
    [InlineData("echo before > app/log")]
    [InlineData("mv app d; ln -s d app; echo before > app/log")]
    [InlineData("mv app v; mkdir d; mv v d; chown 65534 d; ln -s d/v app; chown -h 65534 app; echo before > app/log")] // `current` of a deployment
    [InlineData("echo before > root/kept; ln -s ../root/kept app/log")]
    public void A_log_in_the_folder_of_its_program_s_user_is_written_and_rotated_as_ever(string script)
    {
        var daemon = RunWith(script, "[program:p]\nstdout_logfile_maxbytes=200\nstdout_logfile_backups=20\n" + Speaker);
        daemon.WaitForLine("spawned: 'p'"); // so the folders are made
        Shell(daemon, "touch go");
        daemon.WaitUntil(() => AllOf("app").Contains("line-39-", StringComparison.Ordinal), "all is there");
        Assert.StartsWith("before\nfirst\nline-0-", AllOf("app"), StringComparison.Ordinal);
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("ERRO", StringComparison.Ordinal));

        string AllOf(string folder) => string.Concat(Directory.GetFiles(daemon.PathOf(folder), "log*")
            .OrderByDescending(file => int.TryParse(Path.GetExtension(file).TrimStart('.'), out var number) ? number : 0).Select(File.ReadAllText));
    }
}
