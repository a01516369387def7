using Init.Unit.Cli;
using Xunit;

namespace Init.Unit.Config;

/// <summary>What nobody reads is told, and what somebody reads is not.</summary>
public class UnknownKeysTests
{
    [Fact]
    public void Keys_that_nobody_reads_are_told_with_what_was_meant() =>
        Assert.Equal(
        [
            "2: warning: unknown key 'logfle', did you mean 'logfile'?",
            "5: warning: unknown key 'autostrat', did you mean 'autostart'?",
            "6: warning: unknown key 'stop_budget', it belongs to [supervisord]",
            "7: warning: unknown key 'description'",
            "10: warning: unknown key 'program', did you mean 'programs'?",
            "14: warning: unknown key 'user', it belongs to [fcgi-program] or [program] or [supervisord]",
            "17: warning: unknown key 'promt', did you mean 'prompt'?",
            "21: warning: unknown key 'sockt', did you mean 'socket'?",
        ],
        Checked.Programs("""
            logfle=x
            [program:a]
            command=/bin/cat
            autostrat=true
            stop_budget=5
            description=of a
            [group:g]
            programs=a
            program=a
            priority=1
            [unix_http_server]
            file=/tmp/nothing.sock
            user=root
            [supervisorctl]
            serverurl=unix:///tmp/nothing.sock
            promt=x
            [fcgi-program:f]
            command=/bin/cat
            socket=unix:///tmp/nothing.fcgi
            sockt=unix:///tmp/nothing.fcgi
            """));

    [Fact]
    public void Sections_that_nobody_reads_are_told_and_their_keys_are_not() =>
        Assert.Equal(
        [
            "2: warning: unknown section [progam:x], did you mean 'program'?",
            "4: warning: section [program] has no effect without a name: [program:NAME]",
            "6: warning: unknown section [eventlisteners:x], did you mean 'eventlistener'?",
            "7: warning: unknown section [Supervisord], did you mean 'supervisord'?",
            "8: warning: unknown section [something:else]",
        ],
        Checked.Programs("[progam:x]\ncomand=1\n[program]\na=b\n[eventlisteners:x]\n[Supervisord]\n[something:else]\n"));

    [Fact]
    public void Keys_of_plugins_are_their_own() =>
        Assert.DoesNotContain(Checked.Programs("[rpcinterface:x]\nsupervisor.rpcinterface_factory=a.b:c\nanything=1\n"
            + "[ctlplugin:y]\nsupervisor.ctl_factory=a.b:c\nanything=1\n"), line => line.Contains("unknown"));

    [Fact]
    public void A_key_of_the_defaults_is_unknown_when_no_section_reads_it() =>
        Assert.Equal(
        [
            "3: warning: unknown key 'nobodys', no section reads it",
            "7: warning: unknown key 'comand', did you mean 'command'?",
        ],
        Checked.Programs("""
            [DEFAULT]
            nobodys=1
            stopsignal=TERM
            logfile_backups=1
            [program-default]
            comand=/bin/true
            startsecs=0
            [program:a]
            command=/bin/cat
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
            """));

    [Fact]
    public void Of_a_section_that_was_not_read_to_its_end_no_key_is_unknown() =>
        Assert.Equal(["4: warning: numprocs: [program:a] has no processes"], Checked.Programs("[program:a]\nunheard=1\nnumprocs=0\ncommand=/bin/cat\n"));

    [Fact]
    public void The_sample_configuration_has_no_unknown_key()
    {
        // With every line that it has commented out; it has two programs that are not there.
        var lines = System.Text.Encoding.UTF8.GetString(Init.Cli.SampleConfiguration.Text).Split('\n')
            .Select(line => line is [';', not ' ', ..] && (line.Contains('=') || line.StartsWith(";[", StringComparison.Ordinal)) ? line[1..] : line)
            .Where(line => !line.StartsWith("files ", StringComparison.Ordinal) && line != "[include]");
        Assert.DoesNotContain(Checked.LinesOf(string.Join('\n', lines)), line => line.Contains("unknown key") || line.Contains("unknown section"));
    }
}
