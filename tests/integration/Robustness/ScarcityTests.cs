using System.Text.RegularExpressions;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Robustness;

/// <summary>What runs out is said once, and everything else goes on.</summary>
public sealed class ScarcityTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Witness = """

        [program:witness]
        command=sleep 600
        """;

    // A tmpfs of 64 KB at {dir}/small, in the mount namespace that unshare makes.
    private static readonly string[] _smallDisk = ["sh", "-c", "mkdir {dir}/small && mount -t tmpfs -o size=64k none {dir}/small && exec \"$@\"", "sh"];

    [Fact]
    public void A_full_disk_is_said_once_and_supervision_goes_on()
    {
        var daemon = Start(new Launch
        {
            Place = Place.Unshare,
            Wrapper = _smallDisk,
            Config = """
                [supervisord]
                [program:fills]
                command={fixtures}/lines 100000 fills
                stdout_logfile={dir}/small/fills.log
                stdout_logfile_maxbytes=0
                startsecs=0
                autorestart=false
                """ + Witness,
        });
        // The program is not held up by it.
        daemon.WaitForLine(@"exited: fills \(exit status 0; expected\)");
        AssertAlive(daemon);
        Assert.Single(daemon.Output.Lines.Concat(daemon.Error.Lines), line => Regex.IsMatch(line, "ENOSPC|No space left"));
    }

    [Fact]
    public void A_full_disk_under_the_activity_log_does_not_stop_it()
    {
        var daemon = Start(new Launch
        {
            Place = Place.Unshare,
            Wrapper = _smallDisk,
            Config = """
                [supervisord]
                logfile={dir}/small/supervisord.log
                logfile_maxbytes=0
                loglevel=debug
                [program:fills]
                command={fixtures}/lines 30000 fills
                startsecs=0
                autorestart=false
                """ + Witness,
        });
        daemon.WaitForLine(@"exited: fills \(exit status 0; expected\)");
        AssertAlive(daemon);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_log_directory_that_vanishes_is_said_and_the_program_lives_on()
    {
        var daemon = Start(new Launch
        {
            Wrapper = ["sh", "-c", "mkdir {dir}/logs && exec \"$@\"", "sh"],
            Config = """
                [supervisord]
                [program:rotates]
                command=sh -c "while :; do echo a line of thirty bytes or so; sleep 0.01; done"
                stdout_logfile={dir}/logs/rotates.log
                stdout_logfile_maxbytes=100
                stdout_logfile_backups=2
                """ + Witness,
        });
        daemon.WaitUntil(() => File.Exists(daemon.PathOf("logs/rotates.log.2")), "it rotates");
        var program = daemon.PidOf("rotates");
        daemon.WaitUntil(
            () =>
            {
                // Rotation may put a file back while the folder is being emptied.
                try
                {
                    if (Directory.Exists(daemon.PathOf("logs")))
                        Directory.Delete(daemon.PathOf("logs"), recursive: true);
                }
                catch (IOException)
                {
                }

                return !Directory.Exists(daemon.PathOf("logs"));
            },
            "the folder is gone");
        daemon.WaitUntil(() => daemon.Output.Lines.Any(line => line.Contains("rotates.log", StringComparison.Ordinal)), "it is said");
        AssertAlive(daemon);
        Assert.Equal(program, daemon.PidOf("rotates"));
        Assert.True(Directory.Exists($"/proc/{program}"));
        // Once for each kind of trouble, not for each line.
        Assert.InRange(daemon.Output.Lines.Count(line => line.Contains("rotates.log", StringComparison.Ordinal)), 1, 5);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Too_few_descriptors_for_one_program_more_is_a_spawn_error()
    {
        // L-029
        var daemon = Start(new Launch
        {
            Wrapper = ["prlimit", "--nofile=48:48", "--"],
            Config = """
                [supervisord]
                minfds=16
                [program:p]
                command=sleep 600
                process_name=%(program_name)s%(process_num)02d
                numprocs=30
                startretries=1
                """,
        });
        daemon.WaitForLine(@"spawnerr: too many open files to spawn 'p\d\d'");
        daemon.WaitForLine(@"gave up: p\d\d entered FATAL state, too many start retries too quickly");
        daemon.WaitForLine("success: p00");
        daemon.Kill("p00", Signum.SIGKILL);
        daemon.WaitForLine("spawned: 'p00'", 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_refused_fork_is_a_spawn_error()
    {
        // L-031. Half of the limit is the engine's and ours.
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            EngineOptions = ["--pids-limit", "24"],
            Config = """
                [supervisord]
                [program:p]
                command=sleep 600
                process_name=%(program_name)s%(process_num)02d
                numprocs=30
                startretries=1
                """,
        });
        daemon.WaitForLine(@"spawnerr: Too many processes in process table to spawn 'p\d\d'");
        daemon.WaitForLine(@"gave up: p\d\d entered FATAL state, too many start retries too quickly");
        daemon.WaitForLine("success: p00");
        daemon.Kill("p00", Signum.SIGKILL);
        daemon.WaitForLine("spawned: 'p00'", 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_refused_fork_of_a_healthcheck_is_no_failure_of_the_program()
    {
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            EngineOptions = ["--pids-limit", "24"],
            Config = """
                [supervisord]
                [program:web]
                command=sleep 600
                priority=1
                startsecs=0
                healthcheck=command:true
                healthcheck_interval=1
                healthcheck_retries=1
                [program:p]
                command=sleep 600
                process_name=%(program_name)s%(process_num)02d
                numprocs=30
                startretries=3
                """,
        });
        daemon.WaitForLine("WARN healthcheck of web cannot be asked, which does not count .command:true: it could not be started: Resource temporarily unavailable.$");
        daemon.WaitForLine(@"gave up: p\d\d entered FATAL state, too many start retries too quickly"); // after several more questions
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("unhealthy: web", StringComparison.Ordinal) || line.Contains("stopped: web", StringComparison.Ordinal));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Without_a_process_to_be_had_everybody_is_answered_and_the_end_is_in_order()
    {
        // Threads count too: the runtime wants one more for many a request, if it may.
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            EngineOptions = ["--pids-limit", "60"],
            Config = """
                [supervisord]
                [unix_http_server]
                file={dir}/s.sock
                [rpcinterface:supervisor]
                supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
                [program:forks]
                command=perl -e '$| = 1; sleep 1 until -e "go"; while (1) { $p = fork; exec "sleep", "600" if defined $p && !$p; next if $p; print "full\n"; sleep 1 }'
                directory={dir}
                """ + Witness,
        });
        daemon.WaitForLine("success: witness");
        Child.Run(Implementation.Ours.PathOf("supervisorctl"), "-s", $"unix://{daemon.PathOf("s.sock")}", "status"); // the server is up
        File.WriteAllText(daemon.PathOf("go"), "");
        daemon.WaitForLine("full", 2);
        string[] questions = ["status", "why witness", "tail forks", "health", "status --json", "pid"];
        for (var round = 0; round < 3; round++)
        {
            var asked = questions.Select(question => Child.Start(
                [Implementation.Ours.PathOf("supervisorctl"), "-s", $"unix://{daemon.PathOf("s.sock")}", .. question.Split(' ')])).ToList();
            foreach (var one in asked)
                using (one)
                    if (one.WaitForExit(TimeSpan.FromSeconds(10)) != ExitStatus.Exited(0))
                        throw daemon.Failure($"{one.Command}: {one.Output}\n{one.Error}");
        }
        var begin = Environment.TickCount64;
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.InRange(Environment.TickCount64 - begin, 0, 5000);
        daemon.WaitForLine("stopped: witness");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_that_leaves_our_stdout_does_not_stop_it(bool early)
    {
        var daemon = Start(new Launch
        {
            Streams = Streams.UnreadPipes,
            Config = """
                [supervisord]
                logfile={dir}/supervisord.log
                [program:floods]
                command=sh -c "while :; do echo a line; echo a complaint >&2; done"
                """ + Witness,
        });
        if (!early)
            daemon.WaitUntil(() => daemon.Child.IsStalled, "stdout is full");
        daemon.Child.CloseOutput();
        daemon.WaitUntil(() => daemon.Read("supervisord.log").Contains("success: witness", StringComparison.Ordinal), "it runs on");
        var spawned = Regex.Match(daemon.Read("supervisord.log"), @"spawned: 'witness' with pid (\d+)").Groups[1].Value;
        _ = Posix.kill(int.Parse(spawned, System.Globalization.CultureInfo.InvariantCulture), (int)Signum.SIGKILL);
        daemon.WaitUntil(() => Regex.Count(daemon.Read("supervisord.log"), "spawned: 'witness'") == 2, "the witness is started again");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        // The program was not hurt by our reader's leaving: it was stopped as usual.
        Assert.Matches(@"stopped: floods \(terminated by SIGTERM\)", daemon.Read("supervisord.log"));
    }

    private static void AssertAlive(Daemon daemon)
    {
        daemon.Kill("witness", Signum.SIGKILL);
        daemon.WaitForLine("spawned: 'witness'", 2);
        Assert.False(daemon.Child.HasExited);
    }
}
