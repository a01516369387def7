using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Pid1;

/// <summary>An event listener in a container, where programs speak on the container's own stdout.</summary>
public sealed class ListenerTests(ITestOutputHelper output) : DaemonTest(output)
{
    [Theory]
    [MemberData(nameof(Modes.Pid1), MemberType = typeof(Modes))]
    public void Its_protocol_is_not_among_the_output_of_the_programs(Place place, bool terminal)
    {
        var daemon = Start(new Launch
        {
            Place = place,
            Streams = terminal ? Streams.Terminal : Streams.Pipes,
            Config = """
                [supervisord]
                [eventlistener:hears]
                command={fixtures}/act 'READY\n' event stderr:heard-one 'RESULT 2\nOKREADY\n' event stderr:heard-two 'RESULT 2\nOKREADY\n'
                events=PROCESS_STATE_EXITED
                [program:ends]
                command=sh -c "echo this is for everybody; sleep 1.5; exit 3"
                exitcodes=3
                """,
        });
        daemon.WaitForLine(@"this is for everybody$");
        daemon.WaitForLine(@"exited: ends \(exit status 3; expected\)");
        if (terminal)
            daemon.WaitForLine(@"\bheard-one$");
        else
            daemon.WaitForErrorLine(@"\bheard-one$");
        daemon.Kill("hears", Signum.SIGKILL);
        daemon.WaitForLine(@"exited: hears \(terminated by SIGKILL; not expected\)");
        // Its own end is the first event of its next run.
        if (terminal)
            daemon.WaitForLine(@"\bheard-one$", times: 2);
        else
            daemon.WaitUntil(() => daemon.Error.Lines.Count(line => line.EndsWith("heard-one", StringComparison.Ordinal)) == 2, "it is heard again");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain(daemon.Output.Lines.Concat(daemon.Error.Lines), line => line.Contains("READY", StringComparison.Ordinal) || line.Contains("RESULT", StringComparison.Ordinal));
        Assert.Matches(@"from_state:RUNNING expected:1 pid:PID\nserial 1 poolserial 1 processname:hears groupname:hears from_state:RUNNING expected:0 pid:PID\n$", daemon.Read("out/hears"));
    }
}
