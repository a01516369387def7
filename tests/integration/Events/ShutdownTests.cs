using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Events;

/// <summary>
/// What listeners hear of the end. Supervisor stops them, as a rule, before they have been given what happened last; ours have a second.
/// </summary>
public sealed class ShutdownTests(ITestOutputHelper output) : ListenerTest(output)
{
    private static readonly TimeSpan _atOnce = TimeSpan.FromMilliseconds(700);

    private TimeSpan TimeToStop(Daemon daemon, string listener)
    {
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        var time = TimeOf(daemon, $"stopped: {listener} ") - TimeOf(daemon, "received SIGTERM");
        Report.WriteLine($"{listener} was stopped after {time}");
        return time;
    }

    [Fact]
    public void A_listener_hears_of_the_end_of_the_programs()
    {
        var daemon = Start("""
            [eventlistener:hears]
            command={fixtures}/record %(here)s/out
            events=PROCESS_STATE,SUPERVISOR_STATE_CHANGE
            buffer_size=100
            [program:one]
            command=sleep 600
            [program:two]
            command=sh -c "trap '' TERM; echo; exec sleep 600"
            stopwaitsecs=1
            [program:tries]
            command=false
            startsecs=5
            startretries=600
            """);
        Directory.CreateDirectory(daemon.PathOf("out"));
        daemon.WaitForLine("success: hears");
        daemon.WaitForLine("success: two");
        daemon.WaitForLine("exited: tries", times: 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.Contains("SUPERVISOR_STATE_CHANGE_STOPPING", daemon.Read("out/hears.supervisor_state_change_stopping"), StringComparison.Ordinal);
        foreach (var program in new[] { "one", "two" })
            Assert.EndsWith($"processname:{program} groupname:{program} from_state:STOPPING pid:PID\n", daemon.Read("out/hears." + program), StringComparison.Ordinal);
        // E-030
        Assert.EndsWith("processname:tries groupname:tries from_state:BACKOFF\n", daemon.Read("out/hears.tries"), StringComparison.Ordinal);
    }

    [Fact]
    public void Listeners_that_do_not_answer_delay_the_end_by_a_second_and_not_by_one_each()
    {
        var daemon = Start("""
            [eventlistener:busy]
            command={fixtures}/act 'READY\n' event
            events=SUPERVISOR_STATE_CHANGE
            [eventlistener:slow]
            command={fixtures}/act READ
            events=SUPERVISOR_STATE_CHANGE
            [eventlistener:closed]
            command={fixtures}/act close 'READY\n'
            events=SUPERVISOR_STATE_CHANGE
            [eventlistener:more]
            command={fixtures}/act 'READY\n' event
            process_name=%(program_name)s%(process_num)d
            numprocs=2
            events=PROCESS_STATE
            [program:one]
            command=sleep 600
            """);
        daemon.WaitForLine("success: ", times: 6);
        daemon.WaitForLine(@"event \d+ sent to listener more0"); // which one depends on how soon it was ready
        daemon.WaitForLine("epipe occurred");
        var time = TimeToStop(daemon, "busy");
        Assert.InRange(time, TimeSpan.FromMilliseconds(900), TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public void A_listener_that_hears_no_more_does_not_delay_the_end()
    {
        var daemon = Start("""
            [eventlistener:unknown]
            command={fixtures}/act 'Hello, world\n'
            events=EVENT
            buffer_size=100
            [program:one]
            command=sleep 600
            """);
        daemon.WaitForLine("success: unknown");
        daemon.WaitForLine("success: one");
        daemon.WaitForLine("unknown: has entered the UNKNOWN state");
        Assert.InRange(TimeToStop(daemon, "unknown"), TimeSpan.Zero, _atOnce);
    }

    [Fact]
    public void A_listener_that_has_heard_all_does_not_delay_the_end()
    {
        var daemon = Start("""
            [eventlistener:hears]
            command={fixtures}/record %(here)s/out
            events=REMOTE_COMMUNICATION
            [program:one]
            command=sleep 600
            """);
        Directory.CreateDirectory(daemon.PathOf("out"));
        daemon.WaitForLine("success: hears");
        daemon.WaitForLine("success: one");
        Assert.InRange(TimeToStop(daemon, "hears"), TimeSpan.Zero, _atOnce);
    }
}
