using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.CommandLine;

/// <summary>Good input that Supervisor refuses, bad input that it answers with a traceback, and what it would need a free port for: ours only.</summary>
public sealed class DifferenceTests(ITestOutputHelper output) : DaemonTest(output)
{
    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        // C-041
        var daemon = Start(new Launch { Config = "\ufeff[supervisord]\n[program:cat]\ncommand=cat\n" });
        daemon.WaitForLine("success: cat");
    }

    [Fact]
    public void A_user_without_a_passwd_entry_is_used_as_it_is()
    {
        // C-118
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                [program:who]
                command={fixtures}/describe
                user=54321
                stdout_logfile={dir}/who
                startsecs=0
                autorestart=false
                """,
        });
        daemon.WaitForLine("exited: who ");
        Assert.Contains("uid 54321 ", daemon.Read("who"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[inet_http_server]\nport=127.0.0.1:19001\n[unix_http_server]\nfile={dir}/s.sock", "unix://{dir}/s.sock")]
    [InlineData("[inet_http_server]\nport=*:19001", "http://localhost:19001")]
    public void The_address_of_a_server_section_reaches_programs(string server, string expected)
    {
        // C-252
        var daemon = Start(new Launch
        {
            Config = $"""
                [supervisord]
                [program:told]
                command=sh -c "echo $SUPERVISOR_SERVER_URL; exec sleep 600"
                {server}
                """,
        });
        daemon.WaitForLine(expected.Replace("{dir}", daemon.Folder) + "$");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_factory_that_is_Python_code_is_a_warning()
    {
        // C-190, C-235: whether a module could be imported is not ours to know.
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                [rpcinterface:x]
                supervisor.rpcinterface_factory=somebodys:factory
                [eventlistener:l]
                command=cat
                events=TICK_5
                result_handler=somebodys:handler
                [program:cat]
                command=cat
                """,
        });
        daemon.WaitForLine("WARN .*somebodys:handler is Python code, which cannot be loaded here; every complete RESULT counts as OK instead$");
        daemon.WaitForLine("success: cat");
    }

    [Theory]
    [InlineData("an empty path", "-c ", "")]
    [InlineData("a log file that is a directory", "-n -c {dir}/supervisord.conf -l /tmp", "[supervisord]\n")]
    [InlineData("a name that is none of a level", "-n -c {dir}/supervisord.conf -e __module__", "[supervisord]\n")]
    public void What_is_a_traceback_there_is_one_clear_line_here(string what, string arguments, string config)
    {
        // C-032, C-136, C-112
        var daemon = Start(new Launch { Program = "supervisord", Config = config, Arguments = arguments.Split(' ') });
        AssertRefused(daemon, what);
    }

    [Fact]
    public void Ten_megabytes_in_one_line_are_refused_in_one_clear_message()
    {
        var daemon = Start(new Launch { Config = "[supervisord]\nminfds=" + new string('9', 10_000_000) + "x\n" });
        var exit = daemon.WaitForExit();
        Assert.Equal(ExitStatus.Exited(2), exit);
        Assert.StartsWith("Error: invalid literal for int() with base 10: '999", daemon.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_key_with_ten_megabytes_is_ignored()
    {
        var daemon = Start(new Launch { Config = "[supervisord]\nnobody_reads=" + new string('9', 10_000_000) + "\n[program:cat]\ncommand=cat\n" });
        daemon.WaitForLine("success: cat");
    }

    [Theory]
    [InlineData("supervisord", "-h", "supervisord -- run a set of applications as daemons.")]
    [InlineData("supervisord", "--help", "supervisord -- run a set of applications as daemons.")]
    [InlineData("supervisord", "-?", "-l/--logfile FILENAME -- use FILENAME as logfile path")]
    [InlineData("supervisord", "-v", "4.3.0")]
    [InlineData("supervisord", "--version", "4.3.0")]
    [InlineData("init", "--help", "init")]
    public void Help_and_version_are_said_on_stdout(string program, string option, string expected)
    {
        // C-006, C-007
        var daemon = Start(new Launch { Program = program, Arguments = [option] });
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        Assert.Contains(expected, daemon.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal("", daemon.Error.ToString());
    }

    [Fact]
    public void A_daemon_in_another_directory_finds_its_configuration_again()
    {
        // C-045: the file's name is relative, and Supervisor would look for it in /.
        var daemon = Start(new Launch
        {
            Program = "supervisord",
            Arguments = ["-c", "supervisord.conf"],
            Config = "[supervisord]\ndirectory=/\nlogfile={dir}/log\npidfile={dir}/pid\n[program:cat]\ncommand=cat\n",
        });
        Assert.Equal(ExitStatus.Exited(0), daemon.WaitForExit());
        daemon.WaitUntil(() => daemon.Read("log").Contains("success: cat", StringComparison.Ordinal), "cat runs");
        Child.Run("sh", "-c", $"kill -HUP $(cat {daemon.PathOf("pid")})");
        daemon.WaitUntil(() => daemon.Read("log").Split("success: cat").Length == 3, "cat runs again");
        Child.Run("sh", "-c", $"kill -TERM $(cat {daemon.PathOf("pid")})");
        daemon.WaitUntil(() => !File.Exists(daemon.PathOf("pid")), "the daemon ends");
    }

    private static void AssertRefused(Daemon daemon, string what)
    {
        var exit = daemon.WaitForExit();
        Assert.True(exit == ExitStatus.Exited(2), $"{what}: {exit}");
        Assert.StartsWith("Error: ", daemon.Error.ToString(), StringComparison.Ordinal);
        Assert.InRange(daemon.Error.Count, 1, 2);
    }
}
