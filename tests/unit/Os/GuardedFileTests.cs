using Init.Os;
using Xunit;
using static Init.Native.Libc;

namespace Init.Unit.Os;

/// <summary>What a less privileged user can put at the path of a log, a socket or a pid file.</summary>
public sealed class GuardedFileTests : IDisposable
{
    private const int Append = O_WRONLY | O_APPEND | O_CREAT;

    private readonly SharedFolder _here = new();

    public void Dispose() => _here.Dispose();

    public static TheoryData<string, string> Traps => SharedFolder.Traps;

    public static TheoryData<string> Layouts => SharedFolder.Layouts;

    private string Refusal(int flags, string? path = null) =>
        Assert.Throws<UntrustedPathException>(() => Descriptors.Close(GuardedFile.Open(path ?? _here.Log, flags, Descriptors.ModeOfNewFiles))).Message;

    [Theory]
    [MemberData(nameof(Traps))]
    public void A_trap_is_neither_written_nor_read_nor_made(string trap, string reason)
    {
        _here.Shell(trap);
        var before = _here.OfRoot();
        Assert.Contains(reason, Refusal(Append), StringComparison.Ordinal);
        Assert.Contains(reason, Refusal(Append | O_TRUNC), StringComparison.Ordinal);
        Assert.Contains(reason, Refusal(O_RDONLY), StringComparison.Ordinal);
        Assert.Null(GuardedFile.Status(_here.Log));
        Assert.Null(GuardedFile.Identity(_here.Log));
        Assert.Equal(before, _here.OfRoot());
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void What_no_other_user_made_lead_elsewhere_is_used_as_ever(string layout)
    {
        _here.Shell(layout);
        var before = GuardedFile.Status(_here.Log) is null ? "" : _here.Read("app/log");
        var fd = GuardedFile.Open(_here.Log, Append, Descriptors.ModeOfNewFiles);
        Assert.Equal(4, Descriptors.Write(fd, "new\n"u8));
        Descriptors.Close(fd);
        Assert.Equal(before + "new\n", _here.Read("app/log"));
        Assert.True(GuardedFile.IsRegular(_here.Log));
        Descriptors.Close(GuardedFile.Open(_here.Log, O_WRONLY | O_TRUNC));
        Assert.Equal("", _here.Read("app/log"));
    }

    [Theory] // images link their logs so
    [InlineData("/proc/self/fd/")]
    [InlineData("/dev/fd/")]
    public void A_link_of_root_s_to_a_descriptor_leads_there(string folder)
    {
        var (read, write) = Descriptors.Pipe();
        _here.Shell($"ln -s {folder}{write} app/log");
        var fd = GuardedFile.Open(_here.Log, Append);
        Descriptors.Write(fd, "said"u8);
        Assert.Equal(FileKind.Pipe, GuardedFile.Status(_here.Log)?.Kind);
        Span<byte> heard = stackalloc byte[10];
        Assert.Equal(4, Descriptors.Read(read, heard));
        foreach (var one in new[] { fd, read, write })
            Descriptors.Close(one);
    }

    [Fact]
    public void A_fifo_of_root_s_is_opened_and_never_waited_for()
    {
        _here.Shell("mkfifo app/log");
        Assert.Equal(6 /* ENXIO */, Assert.Throws<SyscallException>(() => GuardedFile.Open(_here.Log, Append)).Errno);
        Descriptors.Close(GuardedFile.Open(_here.Log, O_RDWR));
        Descriptors.Close(GuardedFile.Open(_here.Log, O_RDONLY));
    }

    [Fact]
    public void The_system_s_own_errors_are_as_ever()
    {
        _here.Shell("mkdir app/d; ln -s log app/loop; ln -s loop app/log; echo > root/file");
        foreach (var (path, errno) in new[]
        {
            ("no/such", Errno.ENOENT), ("app/d", Errno.EISDIR), ("app/d/", Errno.EISDIR), ("root/file/x", Errno.ENOTDIR), ("app/log", Errno.ELOOP),
            ("", Errno.ENOENT),
        })
            Assert.Equal(errno, Assert.Throws<SyscallException>(() => GuardedFile.Open(path.Length == 0 ? "" : _here[path], Append)).Errno);
    }

    [Fact]
    public void A_name_that_changes_while_it_is_opened_leads_nowhere_else()
    {
        _here.Shell("echo log > app/mine; ln -s ../root/secret app/link; ln root/secret app/hard; chown -h 65534 app/mine app/link");
        var isOver = false;
        using var app = PathWalk.ToDirectory(_here["app"]);
        var other = new Thread(() =>
        {
            // Each in turn at the path, as fast as can be.
            while (!Volatile.Read(ref isOver))
                foreach (var name in new[] { "mine", "link", "hard" })
                {
                    app.Rename(name, "log");
                    app.Rename("log", name);
                }
        });
        other.Start();
        var opened = 0;
        for (var n = 0; n < 20_000; n++)
            try
            {
                var fd = GuardedFile.Open(_here.Log, O_WRONLY | O_APPEND);
                Descriptors.Write(fd, "x"u8);
                Descriptors.Close(fd);
                opened++;
            }
            catch (SyscallException)
            {
                // It was not there, or it was one of the others.
            }
        Volatile.Write(ref isOver, true);
        other.Join();
        Assert.Equal(SharedFolder.Secret, _here.Read("root/secret"));
        Assert.Equal("log\n" + new string('x', opened), _here.Read("app/mine"));
    }

    [Fact]
    public void A_folder_that_changes_on_the_way_leads_nowhere_else()
    {
        _here.Shell("mkdir app/a; echo log > app/a/secret; ln -s ../root app/b; chown -hR 65534 app");
        var isOver = false;
        using var app = PathWalk.ToDirectory(_here["app"]);
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
                foreach (var name in new[] { "a", "b" })
                {
                    app.Rename(name, "dir");
                    app.Rename("dir", name);
                }
        });
        other.Start();
        for (var n = 0; n < 20_000; n++)
            try
            {
                var fd = GuardedFile.Open(_here["app/dir/secret"], Append);
                Descriptors.Write(fd, "x"u8);
                Descriptors.Close(fd);
            }
            catch (SyscallException)
            {
                // As above.
            }
        Volatile.Write(ref isOver, true);
        other.Join();
        Assert.Equal(SharedFolder.Untouched, _here.OfRoot());
    }

    [Theory] // environment_file, %(FILE_x)s: its own file is what that user may read anyway
    [InlineData("ln -s ../app/shared app/log; echo own > app/shared; chown -h 65534 app/log app/shared", "own\n", null)]
    [InlineData("ln -s ../root/secret app/log; chown -h 65534 app/log", "", "not followed")]
    [InlineData("ln -s shared app/log; ln root/secret app/shared; chown -h 65534 app/log", "", "not followed")]
    [InlineData("mkfifo app/log; chown 65534 app/log", "", "not opened")]
    public void A_file_that_is_only_read_may_be_a_link_of_its_owner(string layout, string content, string? error)
    {
        _here.Shell(layout);
        var (bytes, problem, _) = SmallFile.Read(_here.Log, guarded: true);
        Assert.Equal(content, System.Text.Encoding.UTF8.GetString(bytes));
        if (error is null)
            Assert.Null(problem);
        else
            Assert.Contains(error, problem, StringComparison.Ordinal);
    }
}
