using System.Net.Sockets;
using System.Runtime.InteropServices;
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
public sealed class SharedStreamTests : IDisposable
{
    // Never given back: the signal may be handled only after the test has ended.
    private static readonly PosixSignalRegistration _fileSizeSignal = PosixSignalRegistration.Create((PosixSignal)25 /* SIGXFSZ */, context => context.Cancel = true);

    private readonly OutputHarness _here = new();

    public void Dispose() => _here.Dispose();

    private static string Line(string program, int n) => $"{program} says line number {n} and some more words\n";

    /// <summary>Programs that write whenever their pipes take something, until each has said so many lines; true once all have.</summary>
    private static bool Speak(List<(string Name, int Pipe)> programs, int[] said, int lines)
    {
        for (var p = 0; p < programs.Count; p++)
            while (said[p] < lines && Descriptors.IsWritable(programs[p].Pipe) &&
                Descriptors.WriteNoWait(programs[p].Pipe, Encoding.UTF8.GetBytes(Line(programs[p].Name, said[p]))) > 0)
                said[p]++;
        return said.All(count => count == lines);
    }

    [Theory]
    [InlineData(null)]
    [InlineData((int)LogFormat.Prefixed)]
    [InlineData((int)LogFormat.Json)]
    public void A_slow_reader_gets_every_line_whole_and_in_order(int? format)
    {
        const int Count = 2000;
        var output = Lines((LogFormat?)format);
        var programs = Enumerable.Range(0, 5).Select(n => $"p{n}").Select(name => (name, _here.Program(name, To("/dev/stdout"), output).Pipe)).ToList();
        var said = new int[programs.Count];
        var random = new Random(1);
        var text = new StringBuilder();
        var ended = false;
        while (_here.Outlets.Flowing > 0 || !_here.Stdout.IsIdle)
        {
            if (Speak(programs, said, Count) && !ended)
            {
                programs.ForEach(program => _here.End(program.Pipe));
                ended = true;
                said = [];
                programs.Clear();
            }
            _here.Turn();
            text.Append(Encoding.UTF8.GetString(_here.ReadStdoutBytes(random.Next(1, 20_000))));
        }
        text.Append(_here.ReadStdout());
        var lines = text.ToString().Split('\n')[..^1];
        Assert.Equal(5 * Count, lines.Length);
        for (var p = 0; p < 5; p++)
            Assert.Equal(Enumerable.Range(0, Count).Select(n => Line($"p{p}", n).TrimEnd()),
                lines.Where(line => line.Contains($"p{p} says", StringComparison.Ordinal)).Select(line => line[line.IndexOf($"p{p} says", StringComparison.Ordinal)..].TrimEnd('}', '"')));
    }

    [Fact]
    public void With_nobody_reading_the_loop_goes_on_and_programs_wait()
    {
        var (_, pipe) = _here.Program("x", To("/dev/stdout"));
        var said = new int[1];
        for (var turn = 0; turn < 200; turn++)
        {
            Speak([("x", pipe)], said, int.MaxValue);
            _here.Turn();
        }
        Assert.False(Descriptors.IsWritable(pipe));
        Assert.InRange(_here.Stdout.Queue.Length, 1, SharedStream.CrowdedLimit);
        var before = said[0];
        _here.Activity.Log(LogLevel.Info, "a line of our own");
        _here.Turns();
        Assert.EndsWith("a line of our own\n", _here.ActivityText, StringComparison.Ordinal);

        // read again, everything comes, and our line among it
        var text = "";
        for (var turn = 0; turn < 200; turn++)
        {
            text += _here.ReadStdout();
            _here.Turn();
        }
        for (var n = 0; n < before; n++)
            Assert.Contains(Line("x", n), text, StringComparison.Ordinal);
        Assert.Contains("INFO a line of our own\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_paused_program_that_ends_does_not_keep_the_loop_busy()
    {
        var (_, pipe) = _here.Program("x", To("/dev/stdout"));
        var said = new int[1];
        for (var turn = 0; turn < 100; turn++)
        {
            Speak([("x", pipe)], said, int.MaxValue);
            _here.Turn();
        }
        _here.End(pipe);
        // A process that another test makes just now may hold the pipe open for a moment, so that its end is told later.
        Assert.Contains(Enumerable.Range(0, 5), _ =>
        {
            var start = Clock.Now;
            _here.Loop.Turn(start + TimeSpan.FromMilliseconds(50));
            return Clock.Now - start >= TimeSpan.FromMilliseconds(45);
        });
    }

    [Fact]
    public void A_loud_program_does_not_keep_a_quiet_one_from_speaking()
    {
        var loud = _here.Program("loud", To("/dev/stdout")).Pipe;
        var quiet = _here.Program("quiet", To("/dev/stdout")).Pipe;
        var said = new int[1];
        for (var turn = 0; turn < 50; turn++)
        {
            Speak([("loud", loud)], said, int.MaxValue);
            _here.Turn();
        }
        Say(quiet, "let me speak\n");
        var text = "";
        for (var turn = 0; turn < 50 && !text.Contains("let me speak", StringComparison.Ordinal); turn++)
        {
            Speak([("loud", loud)], said, int.MaxValue);
            _here.Turn();
            text += Encoding.UTF8.GetString(_here.ReadStdoutBytes(65536));
        }
        Assert.Contains("let me speak\n", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 1, 1_000_000);
    }

    [Fact]
    public void Our_own_lines_are_bounded_and_the_count_of_the_lost_is_said()
    {
        for (var n = 0; n < 40_000; n++)
            _here.Activity.Log(LogLevel.Info, $"line number {n}");
        Assert.InRange(_here.Stdout.Queue.Length, 1_000_000, SharedStream.OwnLimit);
        var text = "";
        for (var turn = 0; turn < 100; turn++)
        {
            _here.Turn();
            text += _here.ReadStdout();
        }
        var kept = text.Split('\n').Count(line => line.Contains("line number", StringComparison.Ordinal));
        Assert.Contains($"WARN {40_000 - kept} lines of this log dropped\n", text, StringComparison.Ordinal);
        Assert.Contains("line number 39999\n", _here.ActivityText, StringComparison.Ordinal);
    }

    [Fact]
    public void However_many_lines_one_turn_brings_none_is_lost_while_the_stream_takes_them()
    {
        var fd = Descriptors.Open(_here.File("out"), 0x41 /* O_WRONLY | O_CREAT */, 0x180);
        var stream = new SharedStream(fd, _here.Loop);
        for (var n = 0; n < 100_000; n++)
            stream.WriteOwn("one of many lines of the activity log\n"u8);
        stream.Flush();
        Assert.Equal(100_000, File.ReadLines(_here.File("out")).Count());
    }

    [Fact]
    public void A_reader_that_is_gone_costs_one_report_and_programs_go_on()
    {
        _here.CloseStdoutReader();
        var (_, pipe) = _here.Program("x", To("/dev/stdout"));
        var said = new int[1];
        for (var turn = 0; turn < 100; turn++)
        {
            Speak([("x", pipe)], said, 20_000);
            _here.Turn();
        }
        Assert.Equal(20_000, said[0]);
        Assert.True(_here.Stdout.IsDead);
        Assert.Single(_here.ActivityText.Split('\n'), line => line.Contains("stdout: cannot write: EPIPE", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fifo_whose_reader_comes_back_is_written_again()
    {
        var fifo = Fifo("fifo");
        var reader = Descriptors.Open(fifo, Libc.O_RDONLY | Libc.O_NONBLOCK);
        var stream = new SharedStream(Descriptors.Open(fifo, Libc.O_WRONLY), _here.Loop);
        var reports = new List<string>();
        stream.Report = reports.Add;
        Assert.Equal("one\n", Pass("one\n"));

        Descriptors.Close(reader);
        for (var n = 0; n < 3; n++)
            Discard("two\n");
        Assert.Contains("EPIPE (Broken pipe); what goes there is discarded until it works again", Assert.Single(reports), StringComparison.Ordinal);

        reader = Descriptors.Open(fifo, Libc.O_RDONLY | Libc.O_NONBLOCK);
        Assert.Equal("", Pass("too early\n"));
        stream.Revive();
        Assert.Equal("three\n", Pass("three\n"));
        Assert.Equal("can be written again", reports[1]);

        Descriptors.Close(reader);
        Discard("four\n");
        reader = Descriptors.Open(fifo, Libc.O_RDONLY | Libc.O_NONBLOCK);
        Thread.Sleep(1000);
        Assert.Equal("five\n", Pass("five\n"));
        Descriptors.Close(reader);
        stream.Dispose();

        string Pass(string text)
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush();
            var buffer = new byte[100];
            return Encoding.UTF8.GetString(buffer, 0, Math.Max(0, Descriptors.Read(reader, buffer)));
        }

        void Discard(string text)
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush();
            Assert.True(stream.IsDead && stream.IsIdle);
        }
    }

    [Fact]
    public void A_program_is_heard_again_when_the_reader_of_our_stdout_comes_back()
    {
        var fifo = Fifo("fifo");
        var reader = Descriptors.Open(fifo, Libc.O_RDONLY | Libc.O_NONBLOCK);
        var stdout = new SharedStream(Descriptors.Open(fifo, Libc.O_WRONLY), _here.Loop);
        var outlets = new Outlets(_here.Loop, stdout, _here.Stderr, _here.Activity, _here.Syslog, _here.Events, containerMode: false, stripAnsi: false);
        var pipe = _here.Run(new Init.Output.ProcessLog("x", "x", isStdout: true, To("/dev/stdout"), Lines(LogFormat.Json), null, outlets));
        Descriptors.Close(reader);
        Say(pipe, "nobody hears this\n");
        _here.Turns();
        outlets.Flush();
        reader = Descriptors.Open(fifo, Libc.O_RDONLY | Libc.O_NONBLOCK);
        Thread.Sleep(1000);
        Say(pipe, "but this\n");
        _here.Turns();
        outlets.Flush();
        var buffer = new byte[1000];
        Assert.Contains("but this", Encoding.UTF8.GetString(buffer, 0, Descriptors.Read(reader, buffer)), StringComparison.Ordinal);
        Descriptors.Close(reader);
    }

    private string Fifo(string name)
    {
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [_here.File(name)]);
        mkfifo.WaitForExit();
        return _here.File(name);
    }

    [Fact]
    public unsafe void A_file_that_may_not_grow_further_is_written_again_when_it_may()
    {
        var stream = new SharedStream(Descriptors.Open(_here.File("out"), Libc.O_WRONLY | Libc.O_CREAT, 0x180), _here.Loop);
        const int FileSize = 1; // RLIMIT_FSIZE
        Assert.NotNull(_fileSizeSignal);
        Libc.rlimit before;
        Assert.Equal(0, Libc.getrlimit(FileSize, &before));
        var none = before with { rlim_cur = 0 };
        Assert.Equal(0, Libc.setrlimit(FileSize, &none));
        stream.Write("lost"u8);
        stream.Flush();
        Assert.Equal(0, Libc.setrlimit(FileSize, &before));
        stream.Write("kept"u8);
        stream.Flush();
        Assert.Equal("kept", File.ReadAllText(_here.File("out")));
    }

    [Fact]
    public void At_exit_everything_comes_out_for_a_reader_who_reads()
    {
        var (_, pipe) = _here.Program("x", To("/dev/stdout"));
        var said = new int[1];
        for (var turn = 0; turn < 100; turn++)
        {
            Speak([("x", pipe)], said, int.MaxValue);
            _here.Turn();
        }
        _here.End(pipe);
        var text = "";
        var reader = new Thread(() =>
        {
            for (var patience = 0; patience < 50; patience++)
                if (_here.ReadStdout() is { Length: > 0 } some)
                    (text, patience) = (text + some, 0);
                else
                    Thread.Sleep(5);
        });
        reader.Start();
        _here.Outlets.DrainAtExit(TimeSpan.FromSeconds(5));
        reader.Join();
        Assert.EndsWith(Line("x", said[0] - 1), text, StringComparison.Ordinal);
        Assert.Equal(said[0], text.Split('\n').Length - 1);
    }

    [Fact]
    public void At_exit_a_reader_who_does_not_read_is_given_up()
    {
        var (_, pipe) = _here.Program("x", To("/dev/stdout"));
        var said = new int[1];
        for (var turn = 0; turn < 100; turn++)
        {
            Speak([("x", pipe)], said, int.MaxValue);
            _here.Turn();
        }
        var start = Clock.Now;
        _here.Outlets.DrainAtExit(TimeSpan.FromMilliseconds(100));
        Assert.InRange((Clock.Now - start).TotalMilliseconds, 90, 2000);
    }

    [Fact]
    public void At_exit_all_streams_that_stand_still_share_one_patience_and_a_second_attempt_is_free()
    {
        for (var n = 0; n < 4; n++)
        {
            _here.Stdout.Write(new byte[100_000]);
            _here.Stderr.Write(new byte[100_000]);
        }
        _here.Turn();
        var (reader, fifo) = Descriptors.Pipe();
        var own = _here.Program("x", To($"/proc/self/fd/{fifo}")).Pipe;
        var said = new int[1];
        for (var turn = 0; turn < 20; turn++)
        {
            Speak([("x", own)], said, int.MaxValue);
            _here.Turn();
        }
        var start = Clock.Now;
        _here.Outlets.DrainAtExit(TimeSpan.FromMilliseconds(500));
        Assert.InRange((Clock.Now - start).TotalMilliseconds, 490, 950);
        start = Clock.Now;
        _here.Outlets.DrainAtExit(TimeSpan.FromMilliseconds(500));
        _here.Stdout.DrainAtExit(TimeSpan.FromMilliseconds(500));
        Assert.InRange((Clock.Now - start).TotalMilliseconds, 0, 400);
        Descriptors.Close(reader);
        Descriptors.Close(fifo);
    }

    [Fact]
    public void At_exit_a_reader_who_reads_slowly_is_given_up_too()
    {
        for (var n = 0; n < 10; n++)
            _here.Stdout.Write(new byte[100_000]);
        using var end = new CancellationTokenSource();
        var reader = new Thread(() =>
        {
            while (!end.Token.WaitHandle.WaitOne(50))
                _here.ReadStdoutBytes(8192);
        });
        reader.Start();
        var start = Clock.Now;
        _here.Outlets.DrainAtExit(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(600));
        Assert.InRange((Clock.Now - start).TotalMilliseconds, 590, 2000);
        end.Cancel();
        reader.Join();
    }

    [Fact]
    public void With_drop_a_program_goes_on_and_the_loss_is_said_once_it_flows_again()
    {
        var output = Lines(LogFormat.Prefixed, LogBacklog.Drop);
        var blocked = _here.Program("blocked", To("/dev/stdout")).Pipe;
        var dropping = _here.Program("dropping", To("/dev/stdout"), output).Pipe;
        var said = new int[2];
        for (var turn = 0; turn < 300; turn++)
        {
            Speak([("blocked", blocked), ("dropping", dropping)], said, 20_000);
            _here.Turn();
        }
        Assert.Equal(20_000, said[1]);
        Assert.InRange(said[0], 1, 15_000);
        var text = "";
        for (var turn = 0; turn < 300; turn++) // without another word of the program
        {
            text += _here.ReadStdout();
            _here.Turn();
        }
        Assert.Matches(@"\ndropping \| \d+ lines dropped\n", text);
        Assert.Contains("dropping | " + Line("dropping", 19_999), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_shared_pipe_is_never_waited_for_and_its_flags_stay(bool noWait)
    {
        var (read, write) = Descriptors.Pipe();
        var writer = DescriptorWriter.Shared(write, noWait);
        var total = 0;
        for (int count; (count = writer.Write(new byte[10_000])) > 0;)
            total += count;
        Assert.InRange(total, 60_000, OutputDescriptors.Capacity(write)); // it is counted in pages
        var flags = File.ReadAllText($"/proc/self/fdinfo/{write}");
        Assert.Contains("flags:\t02000001", flags, StringComparison.Ordinal); // O_WRONLY|O_CLOEXEC, no O_NONBLOCK
        Descriptors.Close(read);
        Assert.Equal(Errno.EPIPE, Assert.Throws<SyscallException>(() => writer.Write("x"u8)).Errno);
        Descriptors.Close(write);
    }

    [Theory]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024)]
    public void A_pipe_that_its_reader_made_large_stays_as_large(int capacity)
    {
        var (read, write) = Descriptors.Pipe();
        Assert.Equal(capacity, Libc.fcntl(read, Libc.F_SETPIPE_SZ, capacity));
        OutputDescriptors.Enlarge(write);
        Assert.InRange(OutputDescriptors.Capacity(read), capacity, 1024 * 1024);
        Descriptors.Close(read);
        Descriptors.Close(write);
    }

    [Fact]
    public void A_socket_is_never_waited_for_either()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_here.File("s")));
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(_here.File("s")));
        using var server = listener.Accept();
        var stream = new SharedStream((int)client.Handle, _here.Loop);
        var sent = new byte[1_000_000];
        stream.Write(sent);
        var buffer = new byte[sent.Length];
        for (var received = 0; received < sent.Length; received += server.Receive(buffer))
        {
            stream.Flush();
            _here.Turn();
        }
        Assert.True(stream.IsIdle);
    }

    [Fact]
    public void Two_descriptors_of_one_pipe_are_one_stream()
    {
        var (read, write) = Descriptors.Pipe();
        Assert.True(OutputDescriptors.AreSame(read, write));
        Assert.False(OutputDescriptors.AreSame(write, _here.StdoutWrite));
        Descriptors.Close(read);
        Descriptors.Close(write);
        Assert.False(OutputDescriptors.AreSame(9999, 9999));
    }

    private sealed class Waiter(Action onRoom) : IRoomWaiter
    {
        public void OnRoom() => onRoom();
    }

    [Fact]
    public void A_waiter_that_throws_loses_nobody_elses_place()
    {
        var served = false;
        _here.Stdout.WaitForRoom(new Waiter(() => throw new InvalidOperationException("this one")));
        _here.Stdout.WaitForRoom(new Waiter(() => served = true));
        _here.Turn();
        Assert.True(served);
        _here.Stdout.WaitForRoom(new Waiter(() => { }));
        Assert.True(_here.Stdout.HasWaiters);
        Assert.Contains("ERRO stdout: unexpected exception: System.InvalidOperationException: this one", _here.ActivityText, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_watched_while_nothing_waits()
    {
        _here.Activity.Log(LogLevel.Info, "one line");
        _here.Turns();
        var start = Clock.Now;
        _here.Loop.Turn(start + TimeSpan.FromMilliseconds(50));
        Assert.True(Clock.Now - start >= TimeSpan.FromMilliseconds(45));
    }
}
