using Init.Os;
using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public sealed class LogFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("init-log-").FullName;
    private readonly List<string> _reports = [];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Path(string name = "f") => System.IO.Path.Combine(_directory, name);

    private LogFile Open(long maxBytes, int backups, string name = "f")
    {
        var file = new LogFile(Path(name), maxBytes, backups, _reports.Add);
        file.Open();
        return file;
    }

    /// <summary>Every file there is, as `name=content`.</summary>
    private string Files() => string.Join(' ', Directory.GetFiles(_directory).Order(StringComparer.Ordinal)
        .Select(file => $"{System.IO.Path.GetFileName(file)}={File.ReadAllText(file)}"));

    [Fact]
    public void A_number_of_backups_costs_no_more_than_there_are_files()
    {
        using (var file = Open(4, int.MaxValue))
            foreach (var write in new[] { "aaaa"u8.ToArray(), "bbbb"u8.ToArray(), "cccc"u8.ToArray(), "d"u8.ToArray() })
                file.Write(write);
        Assert.Equal("f=d f.1=cccc f.2=bbbb f.3=aaaa", Files());
    }

    [Theory] // L-122, L-123: after the write that reaches the limit, and never within a write
    [InlineData(0, 3, "f=aaaabbbbccccddddeeee")]
    [InlineData(8, 3, "f=eeee f.1=ccccdddd f.2=aaaabbbb")]
    [InlineData(7, 3, "f=eeee f.1=ccccdddd f.2=aaaabbbb")]
    [InlineData(9, 3, "f=ddddeeee f.1=aaaabbbbcccc")]
    [InlineData(1, 2, "f= f.1=eeee f.2=dddd")]
    [InlineData(4, 1, "f= f.1=eeee")]
    [InlineData(8, 0, "f=eeee")]
    [InlineData(1, 0, "f=")]
    public void It_is_rotated_as_supervisor_rotates(long maxBytes, int backups, string expected)
    {
        using var file = Open(maxBytes, backups);
        foreach (var write in new[] { "aaaa"u8.ToArray(), "bbbb"u8.ToArray(), "cccc"u8.ToArray(), "dddd"u8.ToArray(), "eeee"u8.ToArray() })
            file.Write(write);
        Assert.Equal(expected, Files());
        Assert.Empty(_reports);
    }

    [Fact] // L-123
    public void A_file_that_is_larger_than_the_limit_already_is_rotated_after_the_next_write()
    {
        File.WriteAllText(Path(), "from before");
        using var file = Open(5, 1);
        file.Write("!"u8);
        Assert.Equal("f= f.1=from before!", Files());
    }

    [Fact] // L-126
    public void Backups_that_are_missing_are_no_error()
    {
        File.WriteAllText(Path("f.2"), "two");
        using var file = Open(1, 4);
        file.Write("x"u8);
        Assert.Equal("f= f.1=x f.3=two", Files());
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_file_truncated_by_others_is_not_rotated_too_early()
    {
        using var file = Open(10, 1);
        file.Write("123456"u8);
        File.WriteAllText(Path(), "");
        file.Write("789012"u8);
        Assert.Equal("f=789012", Files());
        file.Write("3456"u8);
        Assert.Equal("f= f.1=7890123456", Files());
    }

    [Fact]
    public void Those_who_share_a_file_rotate_it_at_its_true_size_and_lose_nothing()
    {
        const int Limit = 200_000;
        var sharers = Enumerable.Range(0, 8).Select(_ => Open(Limit, 50)).ToList();
        var random = new Random(1);
        var written = new int[8];
        for (var n = 0; n < 3000; n++)
        {
            var who = random.Next(1 + n % 8); // some often, some seldom
            var chunk = new byte[random.Next(1, 4096)];
            Array.Fill(chunk, (byte)('a' + who));
            sharers[who].Write(chunk);
            written[who] += chunk.Length;
        }
        var files = Directory.GetFiles(_directory).ToDictionary(file => System.IO.Path.GetFileName(file), File.ReadAllText);
        for (var who = 0; who < 8; who++)
            Assert.Equal(written[who], files.Values.Sum(text => text.Count(letter => letter == 'a' + who)));
        Assert.InRange(files["f"].Length, 0, Limit - 1);
        Assert.All(files.Where(file => file.Key != "f"), file => Assert.InRange(file.Value.Length, Limit, Limit + 4096));
        Assert.Empty(_reports);
        sharers.ForEach(file => file.Dispose());
    }

    [Theory] // whatever its own limit is, and however it writes the name
    [InlineData(4, "f", "f=! f.1=56said")]
    [InlineData(4, "./f", "f=! f.1=56said")]
    [InlineData(1000, "f", "f=56said! f.1=1234")]
    [InlineData(0, "f", "f=56said! f.1=1234")]
    public void Who_has_been_silent_while_another_rotated_writes_into_the_file_of_now(long maxBytes, string name, string expected)
    {
        using var talks = Open(4, 1);
        using var silent = Open(maxBytes, 1, name);
        for (var n = 0; n < 3; n++)
            talks.Write("1234"u8); // what the silent one has open is deleted
        talks.Write("56"u8);
        silent.Write("said"u8);
        silent.Write("!"u8);
        Assert.Equal(expected, Files());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_file_without_its_backups_swallows_nothing_of_others(int backups)
    {
        using var one = Open(4, backups);
        using var other = Open(4, backups);
        one.Write("1234"u8);
        other.Write("ab"u8);
        one.Write("c"u8);
        Assert.Equal(backups == 0 ? "f=abc" : "f=abc f.1=1234", Files());
    }

    [Fact]
    public void Who_shares_a_file_that_is_cleared_goes_on_in_the_new_one()
    {
        using var one = Open(0, 0);
        using var other = Open(0, 0);
        other.Write("old"u8);
        one.Clear();
        other.Write("new"u8);
        Assert.Equal("f=new", Files());
    }

    [Fact]
    public void A_file_that_was_put_away_by_others_is_left_and_its_successor_not_rotated()
    {
        using var file = Open(4, 3);
        file.Write("123"u8);
        File.Move(Path(), Path("away"));
        File.WriteAllText(Path(), "x");
        file.Write("45"u8);
        file.Write("y"u8);
        Assert.Equal("away=12345 f=xy", Files());
    }

    [Fact]
    public void A_directory_that_vanishes_costs_one_report_and_not_the_stream()
    {
        Directory.CreateDirectory(Path("d"));
        using var file = Open(4, 2, "d/f");
        var reader = File.OpenRead(Path("d/f"));
        Directory.Delete(Path("d"), recursive: true);
        for (var n = 0; n < 10; n++)
            file.Write("123"u8);
        Assert.Equal(30, reader.Length);
        Assert.Contains("ENOENT", Assert.Single(_reports), StringComparison.Ordinal);
        Directory.CreateDirectory(Path("d"));
        file.Write("4567"u8);
        file.Write("new"u8);
        Assert.Equal("new", File.ReadAllText(Path("d/f")));
    }

    [Fact]
    public void A_backup_name_that_cannot_be_replaced_loses_nothing()
    {
        Directory.CreateDirectory(Path("f.1"));
        using var file = Open(4, 1);
        for (var n = 0; n < 5; n++)
            file.Write("1234"u8);
        Assert.Equal("f=12341234123412341234", Files());
        Assert.Single(_reports);
    }

    [Fact]
    public void A_report_that_comes_back_to_a_file_that_cannot_be_rotated_is_written_once()
    {
        Directory.CreateDirectory(Path("f.1"));
        LogFile? file = null;
        file = new LogFile(Path(), 4, 1, text =>
        {
            _reports.Add(text);
            if (_reports.Count < 100)
                file!.Write(System.Text.Encoding.UTF8.GetBytes(text));
        });
        file.Open();
        file.Write("1234"u8);
        file.Dispose();
        Assert.Equal("f=1234" + Assert.Single(_reports), Files());
    }

    [Fact]
    public void A_full_disk_is_said_once_and_again_only_after_it_had_worked()
    {
        File.CreateSymbolicLink(Path(), "/dev/full");
        using var file = Open(0, 0);
        file.Write("lost"u8);
        file.Write("lost too"u8);
        Assert.Contains("ENOSPC", Assert.Single(_reports), StringComparison.Ordinal);
        File.Delete(Path());
        file.Reopen();
        file.Write("kept"u8);
        Assert.Equal("f=kept", Files());
        Assert.Contains("12 bytes were lost", _reports[1], StringComparison.Ordinal);
        File.Delete(Path());
        File.CreateSymbolicLink(Path(), "/dev/full");
        file.Reopen();
        file.Write("lost"u8);
        Assert.Equal(3, _reports.Count);
    }

    [Fact] // L-127, L-128
    public void Reopened_it_follows_its_name_and_cleared_it_begins_anew()
    {
        using var file = Open(0, 0);
        file.Write("old"u8);
        File.Move(Path(), Path("moved"));
        file.Reopen();
        file.Write("new"u8);
        Assert.Equal("f=new moved=old", Files());
        File.WriteAllText(Path("f.1"), "backup");
        file.Clear();
        file.Write("newer"u8);
        Assert.Equal("f=newer f.1=backup moved=old", Files());
    }

    [Fact]
    public void A_name_that_cannot_be_opened_any_more_leaves_the_old_file()
    {
        using var file = Open(0, 0);
        File.Move(Path(), Path("moved"));
        Directory.CreateDirectory(Path());
        file.Reopen();
        file.Write("still"u8);
        Assert.Equal("moved=still", Files());
        Assert.Contains("EISDIR", Assert.Single(_reports), StringComparison.Ordinal);
    }

    [Theory] // L-139
    [InlineData("missing/f", Errno.ENOENT)]
    [InlineData("", Errno.EISDIR)]
    public void What_cannot_be_opened_says_why(string name, int errno) =>
        Assert.Equal(errno, Assert.Throws<SyscallException>(() => Open(0, 0, name)).Errno);

    [Fact]
    public void What_is_no_regular_file_is_handed_back_and_never_waited_for()
    {
        Assert.Null(new LogFile(Path(), 0, 0, _reports.Add).OpenOrElse());
        var device = new LogFile("/dev/null", 0, 0, _reports.Add).OpenOrElse();
        Assert.NotNull(device);
        Descriptors.Close(device.Value);
    }
}
