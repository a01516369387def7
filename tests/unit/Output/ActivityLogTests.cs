using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Init.Config;
using Init.Os;
using Init.Output;
using Xunit;
using static Init.Unit.Output.Configurations;

namespace Init.Unit.Output;

[Collection(OurStdout.Name)]
public sealed class ActivityLogTests : IDisposable
{
    private OutputHarness _here = new();

    public void Dispose() => _here.Dispose();

    private void Rebuild(OutputHarness harness)
    {
        _here.Dispose();
        _here = harness;
    }

    [Theory] // L-120
    [InlineData((int)LogLevel.Critical, "CRIT")]
    [InlineData((int)LogLevel.Error, "ERRO")]
    [InlineData((int)LogLevel.Warn, "WARN")]
    [InlineData((int)LogLevel.Info, "INFO")]
    [InlineData((int)LogLevel.Debug, "DEBG")]
    [InlineData((int)LogLevel.Trace, "TRAC")]
    [InlineData((int)LogLevel.Blather, "BLAT")]
    public void Each_level_has_its_four_letters(int level, string code)
    {
        Rebuild(new OutputHarness(level: LogLevel.Blather));
        _here.Activity.Log((LogLevel)level, "spawned: '{x}' with pid {@Pid} {0}");
        _here.Turn();
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} " + code + @" spawned: '\{x\}' with pid \{@Pid\} \{0\}\n$", _here.ActivityText);
        Assert.Equal(_here.ActivityText, _here.ReadStdout()); // L-121
    }

    [Fact]
    public void Levels_below_the_configured_one_are_not_logged()
    {
        Rebuild(new OutputHarness(level: LogLevel.Trace));
        Assert.True(_here.Activity.IsEnabled(LogLevel.Trace));
        Assert.False(_here.Activity.IsEnabled(LogLevel.Blather));
        _here.Activity.Log(LogLevel.Blather, "no");
        Assert.Equal("", _here.ActivityText);
    }

    [Fact]
    public void Text_that_commands_nothing_is_written_as_it_is()
    {
        const string text = "caf\u00e9 \ud83d\ude00 \u05d0\u0644 \u2014 C:\\n 'x' \t<&>";
        _here.Activity.Log(LogLevel.Info, text);
        _here.Turn();
        Assert.EndsWith($" INFO {text}\n", _here.ActivityText, StringComparison.Ordinal);
    }

    /// <summary>Names of processes, output of commands, what clients have sent: nothing of it makes a line or commands a terminal.</summary>
    [Theory]
    [InlineData("a\nFORGED", @"a\nFORGED")]
    [InlineData("a\r\n2026-11-21 02:32:10,394 INFO FORGED\n", @"a\r\n2026-11-21 02:32:10,394 INFO FORGED\n")]
    [InlineData("\x1b[2J\x1b]0;t\a\b\0\v\f\x7f", @"\x1b[2J\x1b]0;t\x07\x08\x00\x0b\x0c\x7f")]
    [InlineData("\u0085\u009b2J\u0090q\u009c", @"\x85\x9b2J\x90q\x9c")]
    [InlineData("\u2028FORGED\u2029FORGED", @"\u2028FORGED\u2029FORGED")]
    [InlineData("\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061c", @"\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061c")]
    [InlineData("#9b2J #ff#c3", @"\x9b2J \xff\xc3")] // bytes that are no UTF-8
    public void A_message_is_one_line_and_commands_nothing(string text, string shown)
    {
        text = System.Text.RegularExpressions.Regex.Replace(
            text, "#([0-9a-f]{2})", match => ((char)(0xDC00 + Convert.ToInt32(match.Groups[1].Value, 16))).ToString());
        Rebuild(new OutputHarness(output: Lines(LogFormat.Prefixed)));
        _here.Activity.Log(LogLevel.Info, text);
        _here.Turn();
        Assert.Matches("^.{10} .{12} INFO ", _here.ActivityText);
        Assert.EndsWith($" INFO {shown}\n", _here.ActivityText, StringComparison.Ordinal);
        Assert.Equal("init | " + _here.ActivityText, _here.ReadStdout());
    }

    [Fact]
    public void As_json_a_message_keeps_its_characters_and_shows_none_that_commands()
    {
        Rebuild(new OutputHarness(output: Lines(LogFormat.Json)));
        const string text = "a\n\x1b[2J \u009b \u2028 \u202e \u2066 \u061c \x7f \u00e9";
        _here.Activity.Log(LogLevel.Info, text);
        _here.Turn();
        var line = _here.ReadStdout();
        Assert.DoesNotContain(line[..^1], character => VisibleText.IsCommand(character));
        using var json = System.Text.Json.JsonDocument.Parse(line);
        Assert.Equal(text, json.RootElement.GetProperty("msg").GetString());
    }

    [Fact]
    public void A_trace_stays_lines_of_which_none_can_be_taken_for_the_log_s_own()
    {
        try
        {
            throw new InvalidOperationException("one\n2026-11-21 02:32:10,394 INFO FORGED");
        }
        catch (InvalidOperationException e)
        {
            _here.Activity.Log(LogLevel.Critical, "unexpected exception: ", e);
        }
        _here.Activity.Log(LogLevel.Debug, "not shown");
        _here.Activity.Log(LogLevel.Info, "'x' stdout output:", "said\n2026-11-21 02:32:10,394 INFO FORGED\n\x1b[2J");
        var lines = _here.ActivityText.Split('\n');
        Assert.EndsWith(@"CRIT unexpected exception: System.InvalidOperationException: one\n2026-11-21 02:32:10,394 INFO FORGED", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("   at Init.Unit.Output.ActivityLogTests.A_trace_stays", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("INFO 'x' stdout output:", lines[^5], StringComparison.Ordinal);
        Assert.Equal(["said", " 2026-11-21 02:32:10,394 INFO FORGED", @"\x1b[2J", ""], lines[^4..]);
    }

    [Fact]
    public void Prefixed_each_line_bears_our_name_in_the_programs_column()
    {
        Rebuild(new OutputHarness(output: Lines(LogFormat.Prefixed)));
        _here.Program("worker", To("/dev/stdout"), Lines(LogFormat.Prefixed));
        _here.Activity.Log(LogLevel.Info, "one", "two");
        _here.Turn();
        Assert.Matches(@"^init   \| [-\d]+ [\d:,]+ INFO one\ninit   \| two\n$", _here.ReadStdout());
        Assert.Matches(@"^[-\d]+ [\d:,]+ INFO one\ntwo\n$", _here.ActivityText);
    }

    [Fact]
    public void Prefixed_with_timestamps_the_time_is_said_once()
    {
        Rebuild(new OutputHarness(output: Lines(LogFormat.Prefixed, timestamps: true, prefix: "pid1")));
        _here.Activity.Log(LogLevel.Warn, "one");
        _here.Turn();
        Assert.Matches(@"^[-\d]+T[\d:.]+(Z|[+-]\d\d:\d\d) pid1 \| WARN one\n$", _here.ReadStdout());
    }

    [Fact]
    public void As_json_each_message_is_one_object()
    {
        Rebuild(new OutputHarness(output: Lines(LogFormat.Json)));
        _here.Activity.Log(LogLevel.Error, "one \"two\"\nthree");
        _here.Turn();
        var line = JsonDocument.Parse(_here.ReadStdout()).RootElement;
        Assert.Equal("init", line.GetProperty("program").GetString());
        Assert.Equal(Environment.ProcessId, line.GetProperty("pid").GetInt32());
        Assert.Equal("error", line.GetProperty("level").GetString());
        Assert.Equal("one \"two\"\nthree", line.GetProperty("msg").GetString());
    }

    [Fact] // L-129: once for stdout, once for the file, and both into the file that goes
    public void Cleared_it_says_so_and_begins_anew()
    {
        _here.Activity.Log(LogLevel.Info, "old");
        _here.Activity.Clear();
        _here.Activity.Log(LogLevel.Info, "new");
        _here.Turn();
        Assert.Matches("^[^\n]* INFO new\n$", _here.ActivityText);
        Assert.Equal(2, _here.ReadStdout().Split("INFO reopening log file\n").Length - 1);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/stderr")]
    [InlineData(null)]
    public void Without_a_file_its_last_lines_are_kept_in_memory(string? logfile)
    {
        var log = new ActivityLog(Supervisord(logfile, output: Lines(ring: 100)), echo: false, _here.Loop, _here.Stdout, _here.Stderr, _here.Syslog);
        var changes = 0;
        log.Changed += () => changes++;
        for (var n = 0; n < 9; n++)
            log.Log(LogLevel.Info, $"line {n}");
        log.Log(LogLevel.Debug, "below the level");
        Assert.Null(((ILogSource)log).File);
        Assert.EndsWith(" INFO line 8\n", Encoding.UTF8.GetString(log.Ring.Last(100)), StringComparison.Ordinal);
        Assert.Equal((100, 9 * "2026-11-21 02:32:10,394 INFO line 0\n".Length), (log.Ring.Length, log.Ring.Total));
        Assert.Equal(9, changes);
        log.Clear();
        Assert.Equal(0, log.Ring.Total);
        log.Dispose();
        Assert.True(log.IsClosed);
        Assert.True(changes > 10); // those who follow it are told of both
    }

    [Fact]
    public void With_a_file_memory_keeps_nothing()
    {
        _here.Activity.Log(LogLevel.Info, "a line");
        Assert.Equal(_here.File("activity.log"), ((ILogSource)_here.Activity).File);
        Assert.Equal(0, _here.Activity.Ring.Total);
    }

    [Fact] // L-093
    public void Reopened_it_follows_its_name()
    {
        _here.Activity.Log(LogLevel.Info, "old");
        File.Move(_here.File("activity.log"), _here.File("moved"));
        _here.Activity.Log(LogLevel.Info, "supervisord logreopen");
        _here.Activity.Reopen();
        _here.Activity.Log(LogLevel.Info, "new");
        Assert.Equal(2, File.ReadLines(_here.File("moved")).Count());
        Assert.EndsWith("INFO new\n", _here.ActivityText, StringComparison.Ordinal);
    }

    [Theory] // unlike L-135 and L-136
    [InlineData("/dev/stdout", true)]
    [InlineData("/dev/stdout", false)]
    [InlineData("/dev/null", true)]
    [InlineData(null, true)]
    public void Our_stdout_gets_each_line_once(string? logfile, bool echo)
    {
        using var log = new ActivityLog(Supervisord(logfile) with { LogfileMaxBytes = 10 }, echo, _here.Loop, _here.Stdout, _here.Stderr, _here.Syslog);
        log.Log(LogLevel.Info, "once");
        _here.Turn();
        Assert.Single(_here.ReadStdout().Split("once\n")[..^1]);
        Assert.Null(log.Path);
    }

    [Fact]
    public void Silent_with_a_file_our_stdout_gets_nothing_and_stderr_can_be_the_file()
    {
        using (var log = new ActivityLog(Supervisord(_here.File("other.log")), echo: false, _here.Loop, _here.Stdout, _here.Stderr, _here.Syslog))
            log.Log(LogLevel.Info, "to the file");
        using (var log = new ActivityLog(Supervisord("/dev/stderr"), echo: false, _here.Loop, _here.Stdout, _here.Stderr, _here.Syslog))
            log.Log(LogLevel.Info, "to stderr");
        _here.Turn();
        Assert.Equal("", _here.ReadStdout());
        Assert.EndsWith("INFO to stderr\n", _here.ReadStderr(), StringComparison.Ordinal);
        Assert.EndsWith("INFO to the file\n", File.ReadAllText(_here.File("other.log")), StringComparison.Ordinal);
    }

    [Fact] // L-143
    public void Syslog_gets_the_whole_line_each_line_of_a_message_on_its_own()
    {
        using var daemon = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        daemon.Bind(new UnixDomainSocketEndPoint(_here.File("log.sock")));
        daemon.ReceiveTimeout = 5000;
        using var log = new ActivityLog(Supervisord("syslog"), echo: false, _here.Loop, _here.Stdout, _here.Stderr, _here.Syslog);
        log.Log(LogLevel.Critical, "one", "two");
        var buffer = new byte[1000];
        Assert.Matches(@"^<14>\w{3} [ \d]\d [\d:]{8} supervisord: [-\d]{10} [\d:,]{12} CRIT one\n$", Encoding.UTF8.GetString(buffer, 0, daemon.Receive(buffer)));
        Assert.Matches(@"^<14>\w{3} [ \d]\d [\d:]{8} supervisord: [-\d]{10} [\d:,]{12} CRIT two\n$", Encoding.UTF8.GetString(buffer, 0, daemon.Receive(buffer)));
    }

    [Fact] // C-136, but without a traceback
    public void A_file_that_cannot_be_opened_says_why() =>
        Assert.Equal(Errno.EISDIR, Assert.Throws<SyscallException>(() =>
            new ActivityLog(Supervisord(_here.Directory), echo: false, _here.Loop, _here.Stdout, _here.Stderr, _here.Syslog)).Errno);

    [Fact]
    public void A_log_file_on_a_full_device_is_said_once_on_stdout_and_the_rest_goes_on()
    {
        using var log = new ActivityLog(Supervisord("/dev/full"), echo: true, _here.Loop, _here.Stdout, _here.Stderr, _here.Syslog);
        for (var n = 0; n < 3; n++)
        {
            log.Log(LogLevel.Info, "a line");
            log.Special!.Flush();
        }
        _here.Turn();
        var lines = _here.ReadStdout().Split('\n')[..^1];
        Assert.Equal(4, lines.Length);
        Assert.Single(lines, line => line.Contains("ERRO /dev/full: cannot write: ENOSPC", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pipe_as_log_file_gets_the_last_lines_too(bool isLastLife)
    {
        var (read, write) = Descriptors.Pipe();
        Descriptors.SetNonBlocking(read);
        var log = new ActivityLog(Supervisord($"/proc/self/fd/{write}"), echo: false, _here.Loop, _here.Stdout, _here.Stderr, _here.Syslog);
        var outlets = new Outlets(_here.Loop, _here.Stdout, _here.Stderr, log, _here.Syslog, _here.Events, containerMode: false, stripAnsi: false);
        for (var n = 0; n < 3; n++) // more than the pipe holds, and not yet written
            log.Log(LogLevel.Info, new string('x', 60_000));
        log.Log(LogLevel.Info, "stopped: p");
        var text = new StringBuilder();
        if (isLastLife)
        {
            var reader = new Thread(() => Read(() => Thread.Sleep(5)));
            reader.Start();
            outlets.DrainAtExit();
            log.Dispose();
            reader.Join();
        }
        else
        {
            log.Dispose();
            Read(_here.Turn);
        }
        Assert.EndsWith("INFO stopped: p\n", text.ToString(), StringComparison.Ordinal);
        Assert.True(log.Special!.IsClosed);
        Descriptors.Close(read);
        Descriptors.Close(write);

        void Read(Action wait)
        {
            var buffer = new byte[65536];
            for (var n = 0; n < 100; n++)
            {
                if (Descriptors.Read(read, buffer) is > 0 and var count)
                    text.Append(Encoding.UTF8.GetString(buffer, 0, count));
                wait();
            }
        }
    }

    [Fact]
    public void It_is_rotated_like_any_log()
    {
        var config = Supervisord(_here.File("other.log")) with { LogfileMaxBytes = 100, LogfileBackups = 1 };
        using var log = new ActivityLog(config, echo: false, _here.Loop, _here.Stdout, _here.Stderr, _here.Syslog);
        for (var n = 0; n < 10; n++)
            log.Log(LogLevel.Info, $"line {n} {new string('x', 40)}");
        Assert.Equal(2, File.ReadLines(_here.File("other.log.1")).Count());
    }

    [Fact]
    public void The_time_is_local()
    {
        var utc = new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(TimeZoneInfo.ConvertTime(utc, TimeZoneInfo.Local), LocalClock.ToLocal(utc));
        var winter = utc.AddMonths(6);
        Assert.Equal(TimeZoneInfo.ConvertTime(winter, TimeZoneInfo.Local), LocalClock.ToLocal(winter));
    }
}
