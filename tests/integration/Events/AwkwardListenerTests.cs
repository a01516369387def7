using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Events;

/// <summary>What a scenario cannot show: how often something is said depends on the time, or the end of the daemon is another.</summary>
public sealed class AwkwardListenerTests(ITestOutputHelper output) : ListenerTest(output)
{
    [Theory]
    [InlineData(Implementation.Ours)]
    [InlineData(Implementation.Debian)]
    public void An_event_waits_for_the_next_run_of_a_listener_that_has_closed_its_stdin(Implementation implementation)
    {
        // E-043
        var daemon = Start("""
            [eventlistener:deaf]
            command={fixtures}/act close 'READY\n' next: 'READY\n' event 'RESULT 2\nOKREADY\n' event 'RESULT 2\nOKREADY\n'
            events=REMOTE_COMMUNICATION
            """, implementation);
        daemon.WaitForLine("deaf: ACKNOWLEDGED -> READY");
        daemon.WaitForLine("success: deaf");
        Call(daemon, "sendRemoteCommEvent", "first", "event", ",", "sendRemoteCommEvent", "second", "event");
        daemon.WaitForLine("DEBG epipe occurred while sending event 0 to listener deaf, listener state unchanged$");
        daemon.WaitForLine(@"DEBG rebuffering event 0 for pool deaf \(buf size=[01], max=10\)$");
        daemon.Kill("deaf", Signum.SIGKILL);
        daemon.WaitForLine("deaf: event was processed", times: 2);
        Assert.Equal("serial 0 poolserial 0 type:first\nevent\nserial 1 poolserial 1 type:second\nevent\n", daemon.Read("out/deaf"));
    }

    [Theory]
    [InlineData(Implementation.Ours)]
    [InlineData(Implementation.Debian)]
    public void A_program_that_cannot_be_signalled_is_UNKNOWN(Implementation implementation)
    {
        // E-015. Root itself may signal every process, unless it lacks the capability.
        var daemon = Start("""
            [eventlistener:states]
            command={fixtures}/record %(here)s/out
            events=PROCESS_STATE
            [program:untouchable]
            command=sleep 600
            user=nobody
            """, implementation, "info", "setpriv", "--inh-caps=-kill", "--bounding-set=-kill");
        Directory.CreateDirectory(daemon.PathOf("out"));
        daemon.WaitForLine("success: states");
        daemon.WaitForLine("success: untouchable");
        Call(daemon, "stopProcess", "untouchable");
        daemon.WaitForLine("unknown problem killing untouchable");
        daemon.WaitUntil(
            () => daemon.Read("out/states.untouchable").EndsWith("""
                PROCESS_STATE_STOPPING server:supervisor len:69
                processname:untouchable groupname:untouchable from_state:RUNNING pid:PID
                PROCESS_STATE_UNKNOWN server:supervisor len:65
                processname:untouchable groupname:untouchable from_state:STOPPING

                """, StringComparison.Ordinal), "the listener has heard of it");
    }

    [Fact]
    public void A_message_of_any_size_reaches_its_listener()
    {
        // Larger than what is kept for the stdin of a program that does not read.
        var daemon = Start("""
            [eventlistener:hears]
            command=perl -e '$| = 1; while (1) { print "READY\n"; $h = <>; ($n) = $h =~ /len:(\d+)/; read STDIN, $p, $n; open F, ">", "heard"; print F length $p; close F; print "RESULT 2\nOK" }'
            events=PROCESS_COMMUNICATION,REMOTE_COMMUNICATION
            [program:speaks]
            command=perl -e '$| = 1; print "<!--XSUPERVISOR:BEGIN-->", "x" x 20_000_000, "<!--XSUPERVISOR:END-->"; sleep 600'
            stdout_capture_maxbytes=40MB
            stdout_logfile=NONE
            """, level: "info");
        daemon.WaitUntil(() => daemon.Read("heard").Length == 8, "the listener has the whole message");
        Call(daemon, "sendRemoteCommEvent", "t", "x");
        daemon.WaitUntil(() => daemon.Read("heard") == "8", "and the next event");
    }
}
