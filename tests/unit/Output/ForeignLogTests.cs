using Init.Os;
using Init.Output;
using Init.Unit.Os;
using Xunit;

namespace Init.Unit.Output;

/// <summary>A log in the folder of a less privileged user, who puts traps in its place while it is written, rotated, cleared and read.</summary>
public sealed class ForeignLogTests : IDisposable
{
    private readonly SharedFolder _here = new();
    private readonly List<string> _reports = [];

    public void Dispose() => _here.Dispose();

    /// <summary>Without those of folders, which take the log's own away.</summary>
    public static TheoryData<string, int> Traps
    {
        get
        {
            var traps = new TheoryData<string, int>();
            foreach (var trap in SharedFolder.Traps.Select(row => (string)row[0]).Where(trap => !trap.Contains("mv app", StringComparison.Ordinal)))
                foreach (var backups in new[] { 0, 2 })
                    traps.Add(trap, backups);
            return traps;
        }
    }

    private LogFile Open(long maxBytes, int backups)
    {
        var file = new LogFile(_here.Log, maxBytes, backups, _reports.Add);
        file.Open();
        return file;
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void A_run_does_not_open_a_trap(string trap, int backups)
    {
        _here.Shell(trap);
        var before = _here.OfRoot();
        using var file = new LogFile(_here.Log, 8, backups, _reports.Add);
        Assert.Throws<UntrustedPathException>(file.Open);
        Assert.Throws<UntrustedPathException>(() => file.OpenOrElse());
        Assert.Equal(before, _here.OfRoot());
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void A_rotation_goes_on_in_a_new_file_and_says_so_once(string trap, int backups)
    {
        using var file = Open(8, backups);
        for (var n = 0; n < 3; n++)
        {
            _here.Shell($"rm -rf app/* root/l; {trap}");
            file.Write("12345678"u8);
            file.Write("next"u8);
            Assert.Equal(FileKind.Regular, FileStatus.Of(AtApp(), "log")?.Kind);
            Assert.Equal("next", _here.Read("app/log"));
        }
        Assert.StartsWith(SharedFolder.Secret, _here.Read("root/secret"), StringComparison.Ordinal);
        Assert.Equal(SharedFolder.Secret, _here.Read("root/secret"));
        Assert.False(File.Exists(_here["root/new"]));
        Assert.Matches("^/.*/app/(log|a|y) .*writing goes on in a new file$", Assert.Single(_reports));
    }

    private int AtApp() => (_app ??= PathWalk.ToDirectory(_here["app"])).Descriptor;

    private DirectoryHandle? _app;

    [Theory]
    [MemberData(nameof(Traps))]
    public void It_is_not_reopened_where_a_trap_is_and_goes_on_as_it_was(string trap, int backups)
    {
        using var file = Open(0, backups);
        file.Write("one"u8);
        _here.Shell($"mv app/log app/kept; {trap}");
        var before = _here.OfRoot();
        file.Reopen();
        file.Write("two"u8);
        Assert.Equal("onetwo", _here.Read("app/kept"));
        Assert.Equal(before, _here.OfRoot());
        Assert.StartsWith($"cannot reopen {_here.Log}: ", Assert.Single(_reports), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void It_is_cleared_without_the_trap_s_other_end(string trap, int backups)
    {
        using var file = Open(0, backups);
        _here.Shell($"rm app/log; {trap}");
        var before = _here.OfRoot();
        file.Clear();
        file.Write("new"u8);
        Assert.Equal("new", _here.Read("app/log"));
        Assert.Equal(before, _here.OfRoot());
        Assert.Empty(_reports);
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void Nothing_is_read_through_a_trap(string trap, int backups)
    {
        _here.Shell($"{trap}; ln -sf ../root/secret app/log.{backups + 1}; chown -h 65534 app/log.{backups + 1}");
        Assert.Empty(LogEnd.Of(_here.Log, 100));
        using var follower = new FileFollower(_here.Log, 1000);
        Assert.Equal(0, follower.Read(new byte[1000]));
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void A_follower_stays_at_its_file_when_a_trap_takes_its_place(string trap, int backups)
    {
        using var file = Open(0, backups);
        using var follower = new FileFollower(_here.Log, 1000);
        var buffer = new byte[1000];
        file.Write("one"u8);
        Assert.Equal(3, follower.Read(buffer));
        _here.Shell($"mv app/log app/kept; {trap}");
        file.Write("two"u8);
        Assert.Equal(3, follower.Read(buffer));
        Assert.Equal(0, follower.Read(buffer));
    }
}
