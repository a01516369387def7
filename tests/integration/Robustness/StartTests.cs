using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>Nothing in the image or the engine ends us before our first line of C#: no variable, no limit, no filter, no early signal.</summary>
public sealed class StartTests(ITestOutputHelper output) : ControlledTest(output)
{
    private const string Idle = "[program:a]\ncommand=sleep 600\n";

    private readonly List<Child> _children = [];

    private static readonly string _init = Implementation.Ours.PathOf("init");

    private static readonly string[] _variables =
        [.. File.ReadLines(Path.Combine(Repository.Root, "tests/integration/cases/runtime-variables")).Where(line => !line.StartsWith('#'))];

    public static TheoryData<string> Nonsense => ["1", "0", "-1", "FFFFFFFFFFFFFFFF", "200000", "x", "", "/nonexistent/%d", new('9', 5000)];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void No_variable_of_the_runtime_changes_what_runs_and_the_command_gets_each_as_it_was(string value)
    {
        foreach (var variable in _variables)
        {
            // sh itself is a program of the C library: what it makes of the variable is not asked here.
            var child = Call([$"{variable}={value}"], _init, "--", "/bin/busybox", "env");
            Assert.True(Exit(child) == ExitStatus.Exited(0), $"{variable}={value}: {child.Error}");
            Assert.Contains($"{variable}={value}", child.Output.Lines);
            Assert.Equal("", child.Error.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void With_all_of_them_together_every_way_to_be_called_works(string value)
    {
        var all = _variables.ToDictionary(name => name, _ => value);
        var daemon = Run(Idle, launch: new Launch { Environment = all });
        daemon.WaitForLine("success: a");
        var folder = daemon.PathOf("supervisord.conf");
        string[] environment = [.. all.Select(entry => $"{entry.Key}={entry.Value}")];
        var status = Call(environment, Implementation.Ours.PathOf("supervisorctl"), "-c", folder, "status");
        Assert.Equal(ExitStatus.Exited(0), Exit(status));
        Assert.Contains("RUNNING", status.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Exited(0), Exit(Call(environment, _init, "check", "-c", folder)));
        var kept = File.ReadAllText($"/proc/{daemon.PidOf("a")}/environ").Split('\0');
        Assert.All(environment, variable => Assert.Contains(variable, kept));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [InlineData("")]
    [InlineData("user=nobody\n")]
    [InlineData("umask=077\nnice=1\n")]
    public void A_program_may_have_them_in_its_environment(string how)
    {
        var environment = string.Join(',', _variables.Where(name => !name.StartsWith("LD_", StringComparison.Ordinal)).Select(name => $"{name}=\"1\""));
        var daemon = Start(new Launch
        {
            Config = $"[supervisord]\n[program:a]\ncommand=/bin/busybox sh -c \"exec /bin/busybox sleep 600\"\n{how}startretries=0\nenvironment={environment}\n",
        });
        daemon.WaitForLine("success: a");
        var pid = daemon.PidOf("a");
        var kept = File.ReadAllText($"/proc/{pid}/environ").Split('\0');
        Assert.All(_variables.Where(name => !name.StartsWith("LD_", StringComparison.Ordinal)), name => Assert.Contains($"{name}=1", kept));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(600_000)]
    [InlineData(2_000_000)]
    [InlineData(6_000_000)]
    public void A_limit_of_address_space_leaves_room_for_us_with_HTTP_too(int kilobytes)
    {
        var daemon = Run(Idle, launch: new Launch { Wrapper = ["prlimit", $"--as={kilobytes * 1024L}"] });
        daemon.WaitForLine("success: a");
        for (var n = 0; n < 20; n++)
            Ctl(daemon, 0, "status");
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("CRIT", StringComparison.Ordinal) && !line.Contains("root", StringComparison.Ordinal)
            && !line.Contains("authentication", StringComparison.Ordinal));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_runtime_that_cannot_start_says_in_one_line_why_and_what_to_do()
    {
        foreach (var (wrapper, reason) in new (string[], string)[]
        {
            (["prlimit", "--as=50000000"], "the limit of address space is 48828 kB.* raise it .ulimit -v"),
            (["setpriv", "--reuid=65534", "--clear-groups", "prlimit", "--nproc=1"], "no thread can be made .Resource temporarily unavailable.; raise .*--pids-limit"),
            ([.. Refused("clone,clone3", "error=EPERM")], "no thread can be made .Operation not permitted.; a seccomp filter"),
        })
        {
            var child = Call([], [.. wrapper, _init, "--", "true"]);
            Assert.NotEqual(ExitStatus.Exited(0), Exit(child));
            var line = Assert.Single(child.Error.Lines, line => line.StartsWith("init: ", StringComparison.Ordinal));
            Assert.Matches($"^init: cannot start: {reason}", line);
        }
    }

    [Theory] // Docker's filter before 20.10.10, runc's answer to calls that it does not know, and a kernel that lacks them
    [InlineData("clone3", "EPERM")]
    [InlineData("clone3", "ENOSYS")]
    [InlineData("statx", "EPERM")]
    [InlineData("statx", "ENOSYS")]
    [InlineData("close_range", "EPERM")]
    [InlineData("membarrier", "EPERM")]
    [InlineData("rseq", "EPERM")]
    [InlineData("get_mempolicy", "EPERM")]
    [InlineData("pidfd_open", "EPERM")]
    [InlineData("inotify_init1", "EPERM")]
    [InlineData("timerfd_create", "EPERM")]
    [InlineData("getrandom", "EPERM")]
    public void A_filter_that_refuses_a_newer_call_is_gone_around(string call, string error)
    {
        var daemon = Start(new Launch
        {
            Wrapper = Refused(call, $"error={error}"),
            Config = """
                [supervisord]
                exit_when_done=true
                stop_budget=5
                [program:a]
                command=sh -c "echo hi; sleep 0.3"
                startsecs=0
                autorestart=false
                ready_when=log:hi
                [program:b]
                command=sh -c "echo b-ran"
                depends_on=a:completed
                startsecs=0
                autorestart=false
                user=nobody
                """,
        });
        daemon.WaitForLine("b-ran$");
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        var child = Call([], [.. Refused(call, $"error={error}").Select(word => word.Replace("{dir}", daemon.Folder)), _init, "--", "sh", "-c", "exit 3"]);
        Assert.Equal(ExitStatus.Exited(3), Exit(child));
    }

    [Theory]
    [InlineData(Place.Process)]
    [InlineData(Place.Unshare)]
    public void A_TERM_right_after_the_exec_is_not_lost(Place place)
    {
        // The wrapper sends it as soon as the file that is executed is ours.
        const string sender = """
            pid=$$
            (until [ "$(readlink /proc/$pid/exe)" = "$1" ]; do :; done; kill -TERM $pid) &
            exec "$@"
            """;
        for (var n = 0; n < 20; n++)
        {
            var one = Call([], [.. Enter(place), "sh", "-c", sender, "sh", _init, "--", "sleep", "600"]);
            Assert.Equal(ExitStatus.Exited(143), Exit(one));
            var daemon = Start(new Launch { Place = place, Wrapper = ["sh", "-c", sender, "sh"], Config = "[supervisord]\n" + Idle });
            Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        }

        static string[] Enter(Place place) => place == Place.Unshare ? ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "--"] : [];
    }

    [Fact]
    public void We_execute_ourselves_only_once()
    {
        var child = Call([], "strace", "-f", "-e", "trace=execve", _init, "--", "true");
        Assert.Equal(ExitStatus.Exited(0), Exit(child));
        Assert.Equal(2, child.Error.Lines.Count(line => line.Contains("execve(", StringComparison.Ordinal)));
    }

    /// <summary>An emulator does not carry the signal mask through an execve, as a foreign-architecture container shows.</summary>
    [Fact]
    public void Under_an_emulator_of_processes_it_starts()
    {
        Assert.Equal(ExitStatus.Exited(3), Exit(Call([], "qemu-x86_64-static", _init, "--", "/bin/busybox", "sh", "-c", "exit 3")));
        var daemon = Start(new Launch { Wrapper = ["qemu-x86_64-static"], Config = "[supervisord]\nexit_when_done=true\n[program:a]\ncommand=/bin/busybox true\nstartsecs=0\nautorestart=false\n" });
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        daemon.WaitForLine("WARN what programs leave behind is not ended with us: prctl"); // which this emulator does not know
    }

    [Theory] // a flood of the runtime's own signal from outside must neither end nor confuse it
    [InlineData(Place.Process)]
    [InlineData(Place.Unshare)]
    public void Signal_34_is_forwarded_like_all_others_while_memory_is_collected(Place place)
    {
        const string counter = """
            import signal
            signal.pthread_sigmask(signal.SIG_BLOCK, [34])
            print('ready')
            while True: print('got', signal.sigwait([34]))
            """;
        var daemon = Run("[program:a]\ncommand=python3 -u {dir}/count.py\n[program:busy]\ncommand={fixtures}/lines 100000 busy\nautostart=false\nstartsecs=0\nautorestart=false\n",
            "forward_signals=RTMIN:a\n", new Launch { Place = place, Folder = FolderWith("count.py", counter) });
        daemon.WaitForLine(@"^a +\| ready$");
        Assert.Equal(0, Posix.kill(daemon.Pid, 34));
        daemon.WaitForLine("received SIGRTMIN, which is forwarded to a");
        daemon.WaitForLine(@"^a +\| got 34$");
        Ctl(daemon, 0, "start", "busy"); // many collections
        for (var n = 0; n < 2000; n++)
            _ = Posix.kill(daemon.Pid, 34);
        daemon.WaitForLine(@"busy done$");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [InlineData]
    [InlineData("x")]
    [InlineData("user=a:b:c", "--", "/bin/true", "true")]
    [InlineData("user=1", "--", "/bin/true", "true")]
    [InlineData("limit_as=", "--", "/bin/true", "true")]
    [InlineData("limit_nofile=1:", "--", "/bin/true", "true")]
    [InlineData("umask=9x", "--", "/bin/true", "true")]
    [InlineData("=", "--", "/bin/true", "true")]
    [InlineData("u=1", "--", "/bin/true", "true")]
    [InlineData("--")]
    [InlineData("--", "/bin/true")]
    public void The_helper_of_a_spawn_refuses_nonsense_in_one_line(params string[] words)
    {
        var child = Call([], [_init, "exec", .. words]);
        Assert.Equal(ExitStatus.Exited(2), Exit(child));
        Assert.Matches("^Error: .*\nFor help, use ", child.Error.ToString());
    }

    [Fact]
    public void What_a_program_is_started_with_is_in_no_command_line()
    {
        var daemon = Start(new Launch
        {
            Wrapper = ["strace", "-D", "-f", "-s", "4000", "-o", "{dir}/trace", "-e", "trace=execve"],
            Config = "[supervisord]\n[program:a]\ncommand=sleep 600\nuser=nobody\nenvironment=SECRET=\"in-the-environment-alone\"\n",
        });
        daemon.WaitForLine("success: a");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        var helper = Regex.Match(daemon.Read("trace"), @"execve\([^\[]*\[(?<words>[^\]]*""exec""[^\]]*)\]");
        Assert.True(helper.Success);
        Assert.DoesNotContain("SECRET", helper.Groups["words"].Value, StringComparison.Ordinal);
    }

    private static string FolderWith(string file, string content)
    {
        var folder = Daemon.FreshFolder();
        File.WriteAllText(Path.Combine(folder, file), content);
        return folder;
    }

    private static string[] Refused(string call, string how) =>
        ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:{how}"];

    private Child Call(IEnumerable<string> environment, params string[] words)
    {
        var child = Child.Start(words, environment: Child.PlainEnvironment().Concat(environment));
        _children.Add(child);
        return child;
    }

    private static ExitStatus? Exit(Child child) => child.WaitForExit(Eventually.Patience);

    private protected override void Leave()
    {
        foreach (var child in _children)
            child.Dispose();
    }
}
