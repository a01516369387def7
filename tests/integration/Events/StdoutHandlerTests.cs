using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Events;

/// <summary>A result_handler that is not Supervisor's own; that of supervisor-stdout, which many images have, as it is there.</summary>
public sealed class StdoutHandlerTests(ITestOutputHelper output) : ListenerTest(output)
{
    private const string Listener = """
        [eventlistener:shows]
        command=python3 {fixtures}/supervisor_stdout.py
        events=PROCESS_LOG
        buffer_size=100
        result_handler=supervisor_stdout:event_handler

        """;

    [Theory]
    [InlineData(Implementation.Ours)]
    [InlineData(Implementation.Debian)]
    public void The_lines_of_programs_are_on_our_stdout_with_their_names(Implementation implementation)
    {
        var daemon = Start(Listener + """
            [program:web]
            command=sh -c "echo one; echo; echo two; echo a complaint >&2; exec sleep 600"
            stdout_events_enabled=true
            stderr_events_enabled=true
            """, implementation, "info", "env", "PYTHONPATH={fixtures}", "PYTHONDONTWRITEBYTECODE=1");
        daemon.WaitForLine(@"^web stdout \| one$");
        daemon.WaitForLine(@"^web stdout \| two$");
        daemon.WaitForLine(@"^web stderr \| a complaint$");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.Equal(["one", "two"], daemon.Output.Lines
            .Where(line => line.StartsWith("web stdout | ", StringComparison.Ordinal) && line.Length > "web stdout | ".Length).Select(line => line[^3..]));
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("rejected", StringComparison.Ordinal) || line.Contains("WARN For", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_on_our_stdout_because_nobody_has_said_where_it_goes_is_not_there_twice()
    {
        var daemon = Start(new Launch
        {
            Config = "[supervisord]\n" + Listener + """
                [program:unsaid]
                command=sh -c "echo of the first; echo complaint of the first >&2; exec sleep 600"
                stdout_events_enabled=true
                stderr_events_enabled=true
                [program:said]
                command=sh -c "echo of the second; exec sleep 600"
                stdout_logfile=NONE
                stdout_events_enabled=true
                depends_on=unsaid
                """,
        });
        daemon.WaitForLine(@"^said stdout \| of the second$"); // events come in their order
        daemon.WaitForLine(@"^unsaid +\| of the first$");
        daemon.WaitForErrorLine(@"^unsaid +\| complaint of the first$");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.Single(daemon.Output.Lines.Concat(daemon.Error.Lines), line => line.EndsWith("| of the first", StringComparison.Ordinal));
        Assert.Single(daemon.Output.Lines.Concat(daemon.Error.Lines), line => line.EndsWith("complaint of the first", StringComparison.Ordinal));
    }

    [Fact]
    public void To_anybody_elses_handler_a_result_is_never_a_reason_to_send_the_event_again()
    {
        var daemon = Start("""
            [eventlistener:hears]
            command={fixtures}/act 'READY\n' event 'RESULT 4\nFAILREADY\n' event 'RESULT 0\nREADY\n'
            events=REMOTE_COMMUNICATION
            result_handler=somebodys:handler
            """);
        daemon.WaitForLine("success: hears");
        Call(daemon, "sendRemoteCommEvent", "first", "event", ",", "sendRemoteCommEvent", "second", "event");
        daemon.WaitForLine("DEBG hears: event was processed$", times: 2);
        Assert.Equal("serial 0 poolserial 0 type:first\nevent\nserial 1 poolserial 1 type:second\nevent\n", daemon.Read("out/hears"));
        daemon.WaitForLine("WARN .*every complete RESULT counts as OK instead$");
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains("rejected", StringComparison.Ordinal));
    }
}
