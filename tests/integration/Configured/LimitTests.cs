using System.Globalization;
using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Configured;

/// <summary>What a program is held to, as the kernel has it.</summary>
public sealed class LimitTests(ITestOutputHelper output) : DaemonTest(output)
{
    [Theory]
    [InlineData("")]
    [InlineData("user=nobody\n")]
    public void They_are_those_of_the_program(string user)
    {
        var daemon = Start(new Launch
        {
            Config = $"""
                [supervisord]
                [program:held]
                command=sleep 600
                {user}nice=7
                oom_score_adj=321
                limit_nofile=100:200
                limit_nproc=50
                limit_core=0
                limit_as=64MB:unlimited
                no_new_privs=true
                [program:free]
                command=sleep 600
                """,
        });
        daemon.WaitForLine("success: held");
        daemon.WaitForLine("success: free");
        var (held, free) = (daemon.PidOf("held"), daemon.PidOf("free"));
        Assert.Equal("100 200", Limit(held, "Max open files"));
        Assert.Equal("50 50", Limit(held, "Max processes"));
        Assert.Equal("0 0", Limit(held, "Max core file size"));
        Assert.Equal("67108864 unlimited", Limit(held, "Max address space"));
        Assert.Equal(("7", "321", "1"), (Nice(held), Oom(held), NoNewPrivs(held)));
        foreach (var name in new[] { "Max open files", "Max processes", "Max core file size", "Max address space" })
            Assert.Equal(Limit(daemon.Pid, name), Limit(free, name));
        Assert.Equal((Nice(daemon.Pid), Oom(daemon.Pid), NoNewPrivs(daemon.Pid)), (Nice(free), Oom(free), NoNewPrivs(free)));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void One_that_may_not_be_had_is_said_where_the_child_would_have_spoken()
    {
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            EngineOptions = ["--cap-drop=ALL", "--user", "12345"],
            Config = "[supervisord]\n[program:greedy]\ncommand=sleep 600\nnice=-5\nstartretries=0\n[program:many]\ncommand=sleep 600\nlimit_nofile=unlimited\nstartretries=0\n",
        });
        daemon.WaitForErrorLine("couldn't set nice to -5: EACCES");
        daemon.WaitForErrorLine("couldn't set limit_nofile to unlimited:unlimited: EPERM");
        daemon.WaitForLine("exited: greedy .exit status 127; not expected.");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    private static string Limit(int pid, string name)
    {
        var line = File.ReadLines(Proc(pid, "limits")).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return string.Join(' ', line[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]);
    }

    private static string Nice(int pid) => File.ReadAllText(Proc(pid, "stat")).Split(") ")[1].Split(' ')[16];

    private static string Oom(int pid) => File.ReadAllText(Proc(pid, "oom_score_adj")).Trim();

    private static string NoNewPrivs(int pid) =>
        File.ReadLines(Proc(pid, "status")).First(line => line.StartsWith("NoNewPrivs:", StringComparison.Ordinal)).Split('\t')[1];

    private static string Proc(int pid, string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}");
}
