using System.Net.Sockets;
using System.Text;
using Init.Config;
using Init.Native;
using Init.Os;
using Init.Output;
using Xunit;
using static Init.Unit.Output.Configurations;
using static Init.Unit.Output.OutputHarness;

namespace Init.Unit.Output;

[Collection(OurStdout.Name)]
public sealed class ProcessLogTests : IDisposable
{
    private OutputHarness _here = new();

    public void Dispose() => _here.Dispose();

    private void Rebuild(OutputHarness harness)
    {
        _here.Dispose();
        _here = harness;
    }

    private string Text(string file) => File.ReadAllText(_here.File(file));

    [Fact] // L-112
    public void A_file_gets_the_bytes_as_they_are_and_successive_runs_append()
    {
        var (log, pipe) = _here.Program("x", To(_here.File("x.log")));
        Say(pipe, "no newline");
        _here.End(pipe);
        _here.Turns();
        Assert.Equal(0, _here.Outlets.Flowing);
        pipe = _here.Run(log);
        Say(pipe, " yet\n");
        _here.Turns();
        Assert.Equal("no newline yet\n", Text("x.log"));
    }

    [Fact] // L-113
    public void A_file_does_not_exist_before_the_first_spawn_and_comes_back_at_the_next_one()
    {
        var log = new Init.Output.ProcessLog("x", "x", true, To(_here.File("x.log")), Lines(), null, _here.Outlets);
        Assert.False(File.Exists(_here.File("x.log")));
        _here.End(_here.Run(log));
        _here.Turns();
        File.Delete(_here.File("x.log"));
        _here.End(_here.Run(log));
        Assert.True(File.Exists(_here.File("x.log")));
    }

    [Theory] // L-133, L-134
    [InlineData("/dev/stdout")]
    [InlineData("/dev/fd/1")]
    [InlineData("/proc/self/fd/1")]
    public void These_mean_our_stdout_whatever_maxbytes_is(string path)
    {
        var (log, pipe) = _here.Program("x", To(path, maxBytes: 10));
        Say(pipe, "a line longer than ten bytes\nand an unfinished one");
        _here.Turns();
        Assert.Equal("a line longer than ten bytes\n", _here.ReadStdout());
        _here.End(pipe);
        _here.Turns();
        Assert.Equal("and an unfinished one\n", _here.ReadStdout());
        Assert.False(log.HasFile);
        Assert.Equal("a line longer than ten bytes\nand an unfinished one", Encoding.UTF8.GetString(log.Ring.Last(1000)));
    }

    [Fact]
    public void Our_descriptors_are_ours_under_our_pid_too()
    {
        Assert.Equal(1, StandardStreams.Descriptor($"/proc/{Environment.ProcessId}/fd/1"));
        Assert.Equal(2, StandardStreams.Descriptor($"/proc/{Environment.ProcessId}/fd/2"));
        Assert.Equal(Environment.ProcessId == 1 ? 1 : null, StandardStreams.Descriptor("/proc/1/fd/1"));
        Assert.Null(StandardStreams.Descriptor($"/proc/{Environment.ProcessId}/fd/11"));
        Assert.Null(StandardStreams.Descriptor("/proc/self/fd/3"));
    }

    [Fact]
    public void In_container_mode_auto_is_our_stdout_and_stderr_with_prefixes()
    {
        Rebuild(new OutputHarness(containerMode: true));
        var stdout = _here.Program("web", Auto).Pipe;
        var stderr = _here.Program("worker", Auto, isStdout: false).Pipe;
        var named = _here.Program("x", To("/dev/stdout")).Pipe;
        Say(stdout, "out\n");
        Say(stderr, "err\n");
        _here.Turns();
        Say(named, "as it is\n");
        _here.Turns();
        Assert.Equal("web    | out\nas it is\n", _here.ReadStdout());
        Assert.Equal("worker | err\n", _here.ReadStderr());
    }

    [Fact] // L-114
    public void Without_a_file_the_ring_has_the_last_output()
    {
        var (log, pipe) = _here.Program("x", To(null), Lines(ring: 5));
        Say(pipe, "0123456789");
        _here.Turns();
        Assert.Equal("56789"u8.ToArray(), log.Ring.Last(100));
        log.Clear();
        Assert.Empty(log.Ring.Last(100));
    }

    [Fact] // unlike L-082
    public void A_grandchild_is_heard_after_the_program_is_gone_and_beside_the_next_run()
    {
        var (log, grandchild) = _here.Program("x", To("/dev/stdout"), pid: 1);
        Say(grandchild, "half a line");
        _here.Turns();
        var next = _here.Run(log, pid: 2);
        Say(next, "the next run\n");
        _here.Turns();
        Say(grandchild, " and its other half\n");
        _here.Turns();
        Assert.Equal("the next run\nhalf a line and its other half\n", _here.ReadStdout());
    }

    [Theory] // L-080, where more than 128 KiB would be lost
    [InlineData("/dev/stdout")]
    [InlineData(null)]
    public void The_last_words_come_before_the_line_that_says_the_program_is_gone(string? path)
    {
        var (log, pipe) = _here.Program("x", To(path ?? _here.File("x.log")));
        for (var n = 0; n < 600; n++)
            Say(pipe, $"last words, {n}: {new string('x', 80)}\n");
        Say(pipe, "the very last");
        _here.End(pipe);
        log.DrainBeforeReap();
        _here.Activity.Log(LogLevel.Info, "exited: x");
        _here.Turns();
        var stdout = _here.ReadStdout();
        Assert.EndsWith("INFO exited: x\n", stdout, StringComparison.Ordinal);
        Assert.Contains(path is null ? "exited" : "last words, 599", stdout, StringComparison.Ordinal);
        Assert.Equal(0, _here.Outlets.Flowing);
        if (path is null)
            Assert.EndsWith("the very last", Text("x.log"), StringComparison.Ordinal);
        else
            Assert.Contains("\nthe very last\n", stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Ansi_sequences_split_over_two_reads_disappear_everywhere()
    {
        Rebuild(new OutputHarness(stripAnsi: true, level: LogLevel.Debug));
        var pipe = _here.Program("x", To(_here.File("x.log"))).Pipe;
        Say(pipe, "red \e[3");
        _here.Turns();
        Say(pipe, "1mtext\e");
        _here.Turns();
        Say(pipe, "[0m end\e");
        _here.End(pipe);
        _here.Turns();
        Assert.Equal("red text end\e", Text("x.log"));
        Assert.Contains("DEBG 'x' stdout output:\ntext\n", _here.ActivityText, StringComparison.Ordinal);
    }

    [Fact] // L-116, L-081
    public void At_loglevel_debug_each_chunk_is_in_the_activity_log()
    {
        Rebuild(new OutputHarness(level: LogLevel.Debug));
        var pipe = _here.Program("x", To(null), isStdout: false).Pipe;
        Say(pipe, "a\nb\n");
        _here.Turns();
        Descriptors.Write(pipe, [0x88, 0x0A]);
        _here.Turns();
        _here.End(pipe);
        _here.Turns();
        Assert.Contains("DEBG 'x' stderr output:\na\nb\n\n", _here.ActivityText, StringComparison.Ordinal);
        Assert.Contains("DEBG 'x' stderr output:\nUndecodable: b'\\x88\\n'\n", _here.ActivityText, StringComparison.Ordinal);
        Assert.Matches(@"DEBG fd \d+ closed, stopped monitoring <POutputDispatcher for <Subprocess with name x> \(stderr\)>\n", _here.ActivityText);
    }

    [Fact] // L-141, L-142
    public void Syslog_gets_each_line_with_the_programs_name_and_a_daemon_may_come_and_go()
    {
        var pipe = _here.Program("x", To(null, syslog: true)).Pipe;
        using (var daemon = Daemon())
        {
            Say(pipe, "a\n\nb\n\nc");
            _here.Turns();
            Say(pipe, "ontinued\n");
            _here.Turns();
            Assert.Matches(@"^<14>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d supervisord: x a$", Receive(daemon));
            Assert.EndsWith(": x ", Receive(daemon), StringComparison.Ordinal);
            Assert.EndsWith(": x b", Receive(daemon), StringComparison.Ordinal);
            Assert.EndsWith(": x ", Receive(daemon), StringComparison.Ordinal);
            Assert.EndsWith(": x continued", Receive(daemon), StringComparison.Ordinal);
        }
        File.Delete(_here.File("log.sock"));
        using (var daemon = Daemon())
        {
            Say(pipe, "to the new one\n");
            _here.Turns();
            Assert.EndsWith(": x to the new one", Receive(daemon), StringComparison.Ordinal);
        }
        Say(pipe, "to nobody\n");
        _here.Turns();
    }

    private Socket Daemon()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_here.File("log.sock")));
        socket.ReceiveTimeout = 5000;
        return socket;
    }

    private static string Receive(Socket socket)
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    [Fact]
    public void A_fifo_needs_no_reader_yet_and_holds_up_only_its_own_program()
    {
        var (reader, fifo) = Descriptors.Pipe();
        Descriptors.SetNonBlocking(reader);
        var (log, pipe) = _here.Program("x", To($"/proc/self/fd/{fifo}", maxBytes: 10));
        Assert.False(log.HasFile);
        var said = 0;
        for (var turn = 0; turn < 100; turn++)
        {
            while (Descriptors.IsWritable(pipe) && Descriptors.WriteNoWait(pipe, Encoding.UTF8.GetBytes($"line {said:d8}\n")) > 0)
                said++;
            _here.Turn();
        }
        Assert.False(Descriptors.IsWritable(pipe));
        _here.End(pipe);
        var text = new StringBuilder();
        var buffer = new byte[65536];
        for (var turn = 0; turn < 100; turn++)
        {
            if (Descriptors.Read(reader, buffer) is > 0 and var count)
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            _here.Turn();
        }
        Descriptors.Close(reader);
        Assert.Equal(0, _here.Outlets.Flowing);
        Assert.Equal(string.Concat(Enumerable.Range(0, said).Select(n => $"line {n:d8}\n")), text.ToString());
        Assert.Equal(0, _here.Outlets.Flowing);
    }

    [Fact]
    public unsafe void Without_a_descriptor_the_backups_are_shifted_once_there_is_one()
    {
        Directory.CreateDirectory(_here.File("y.1"));
        using var other = new LogFile(_here.File("y"), 4, 1, _ => { });
        using var file = new LogFile(_here.File("x"), 4, 3, _ => { });
        other.Open();
        file.Open();
        other.Write("warm"u8); // to fail takes descriptors too, the first time
        File.WriteAllText(_here.File("x.1"), "one");
        File.WriteAllText(_here.File("x.2"), "two");
        Libc.rlimit before;
        Assert.Equal(0, Libc.getrlimit(Libc.RLIMIT_NOFILE, &before));
        var none = before with { rlim_cur = 0 };
        Assert.Equal(0, Libc.setrlimit(Libc.RLIMIT_NOFILE, &none));
        for (var n = 0; n < 5; n++)
            file.Write("1234"u8);
        Assert.Equal(0, Libc.setrlimit(Libc.RLIMIT_NOFILE, &before));
        Assert.Equal(("12341234123412341234", "one", "two", false), (Text("x"), Text("x.1"), Text("x.2"), File.Exists(_here.File("x.3"))));
        file.Write("1234"u8);
        file.Write("new"u8);
        Assert.Equal(("new", "one", "two"), (Text("x"), Text("x.2"), Text("x.3")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Restarts_lose_no_last_line_in_a_fifo_and_no_descriptor(bool reads)
    {
        var (reader, fifo) = Descriptors.Pipe();
        Descriptors.SetNonBlocking(reader);
        while (!reads && Descriptors.IsWritable(fifo))
            Assert.InRange(Descriptors.WriteNoWait(fifo, new byte[4096]), 1, 4096);
        var text = new StringBuilder();
        var descriptors = 0;
        for (var life = 0; life < 20; life++)
        {
            var (log, pipe) = _here.Program("x", To($"/proc/self/fd/{fifo}"));
            Say(pipe, $"last words of {life}\n");
            _here.End(pipe);
            log.DrainBeforeReap();
            log.Dispose();
            _here.NextLife();
            _here.Turns();
            if (life == 2)
                descriptors = Directory.GetFiles("/proc/self/fd").Length;
            Read();
        }
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, descriptors);
        reads = true;
        for (var n = 0; n < 5; n++)
        {
            Read();
            _here.Turn();
        }
        Assert.Equal(string.Concat(Enumerable.Range(0, 20).Select(life => $"last words of {life}\n")), text.Replace("\0", "").ToString());
        Descriptors.Close(reader);
        Descriptors.Close(fifo);

        void Read()
        {
            var buffer = new byte[65536];
            while (reads && Descriptors.Read(reader, buffer) is > 0 and var count)
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
    }

    [Fact]
    public void A_descendant_of_an_earlier_life_is_heard_wherever_it_speaks_and_at_exit()
    {
        var (reader, fifo) = Descriptors.Pipe();
        Descriptors.SetNonBlocking(reader);
        using var daemon = Daemon();
        var (log, pipe) = _here.Program("x", To($"/proc/self/fd/{fifo}", syslog: true));
        log.Dispose();
        for (var life = 0; life < 2; life++)
        {
            _here.NextLife();
            Say(pipe, "still here\n");
            _here.Turns();
            var buffer = new byte[100];
            Assert.Equal("still here\n", Encoding.UTF8.GetString(buffer, 0, Descriptors.Read(reader, buffer)));
            Assert.EndsWith("x still here", Receive(daemon), StringComparison.Ordinal);
            Assert.Equal(1, _here.Outlets.Flowing);
        }
        Say(pipe, "and now the end\n");
        _here.Outlets.DrainAtExit();
        var last = new byte[100];
        Assert.Equal("and now the end\n", Encoding.UTF8.GetString(last, 0, Descriptors.Read(reader, last)));
        Descriptors.Close(reader);
        Descriptors.Close(fifo);
    }

    [Fact]
    public void Descendants_that_keep_the_pipes_of_many_runs_cost_a_bounded_number_of_descriptors()
    {
        var (log, pipe) = _here.Program("x", To("/dev/stdout"));
        Say(pipe, "the first one's last words");
        var descriptors = 0;
        for (var run = 1; run <= 30; run++)
        {
            if (run == Init.Output.ProcessLog.MostPipes)
                descriptors = Directory.GetFiles("/proc/self/fd").Length;
            _here.Run(log);
        }
        // each run but the kept ones has left its writer's end in this test only
        Assert.Equal(descriptors + 30 - (Init.Output.ProcessLog.MostPipes - 1), Directory.GetFiles("/proc/self/fd").Length);
        _here.Turns();
        Assert.Contains("the first one's last words\n", _here.ReadStdout(), StringComparison.Ordinal);
        Assert.Equal(Errno.EPIPE, Assert.Throws<SyscallException>(() => Descriptors.Write(pipe, "more"u8)).Errno);
        var newest = _here.Run(log);
        Say(newest, "the newest\n");
        _here.Turns();
        Assert.Contains("the newest\n", _here.ReadStdout(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_that_cannot_be_read_is_dropped_alone()
    {
        var log = new Init.Output.ProcessLog("x", "x", true, To("/dev/stdout"), Lines(), null, _here.Outlets);
        var (read, write) = Descriptors.Pipe();
        var pipe = Descriptors.Identity(write);
        log.Attach(write).BelongTo(100); // not the end to read from: EBADF
        var other = _here.Program("y", To("/dev/stdout")).Pipe;
        log.DrainBeforeReap();
        Say(other, "goes on\n");
        _here.Turns();
        Assert.Contains("goes on\n", _here.ReadStdout(), StringComparison.Ordinal);
        Assert.Contains("CRIT unexpected exception, closing channel <POutputDispatcher for <Subprocess with name x> (stdout)>", _here.ActivityText, StringComparison.Ordinal);
        Assert.Equal(1, _here.Outlets.Flowing);
        Assert.False(Descriptors.IsOpen(write) && Descriptors.Identity(write) == pipe); // by then it may be another test's
        Descriptors.Close(read);
    }

    [Fact] // L-139
    public void A_file_that_cannot_be_opened_says_why()
    {
        var log = new Init.Output.ProcessLog("x", "x", true, To(_here.File("no/such/dir")), Lines(), null, _here.Outlets);
        Assert.Equal(Errno.ENOENT, Assert.Throws<SyscallException>(log.Open).Errno);
    }

    [Fact] // L-128, and also while nothing runs
    public void Clearing_begins_a_new_file()
    {
        var (log, pipe) = _here.Program("x", To(_here.File("x.log")));
        Say(pipe, "old");
        _here.Turns();
        log.Clear();
        Say(pipe, "new");
        _here.End(pipe);
        _here.Turns();
        Assert.Equal("new", Text("x.log"));
        log.Clear();
        Assert.Equal("", Text("x.log"));
    }

    [Fact]
    public void A_device_that_is_full_is_said_once()
    {
        var pipe = _here.Program("x", To("/dev/full")).Pipe;
        for (var n = 0; n < 3; n++)
        {
            Say(pipe, "more\n");
            _here.Turns();
        }
        Assert.Single(_here.ActivityText.Split('\n'), line => line.Contains("ENOSPC", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_and_logged_nothing_is_allocated()
    {
        int[] pipes =
        [
            _here.Program("x", To(_here.File("x.log"))).Pipe,
            _here.Program("y", To("/dev/stdout"), Lines(LogFormat.Prefixed)).Pipe,
            _here.Program("z", To("/dev/stdout"), Lines(LogFormat.Json)).Pipe,
        ];
        var line = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a line of output\n", 100)));
        var buffer = new byte[65536];
        long before = 0;
        for (var n = 0; n < 500; n++)
        {
            foreach (var pipe in pipes)
                Descriptors.Write(pipe, line);
            for (var turn = 0; turn < 2; turn++)
            {
                _here.Loop.Turn(TimeSpan.Zero);
                _here.Outlets.Flush();
            }
            while (Descriptors.Read(_here.StdoutRead, buffer) > 0) { }
            if (n == 250)
                before = GC.GetAllocatedBytesForCurrentThread();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
