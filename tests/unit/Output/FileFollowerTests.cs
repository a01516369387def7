using System.Text;
using Init.Os;
using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public sealed class FileFollowerTests : IDisposable
{
    private readonly ScratchDirectory _here = new();

    public void Dispose() => _here.Dispose();

    private string Log => _here["log"];

    private FileFollower Follow(int fromEnd = 1024) => new(Log, fromEnd);

    private LogFile Writer(long maxBytes = 0, int backups = 0)
    {
        var file = new LogFile(Log, maxBytes, backups, text => Assert.Fail(text));
        file.Open();
        return file;
    }

    private static void Write(LogFile file, string text) => file.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>All there is now, in pieces of that size.</summary>
    private static string Rest(FileFollower follower, int piece = 7)
    {
        var text = new StringBuilder();
        var buffer = new byte[piece];
        while (follower.Read(buffer) is > 0 and var count)
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return text.ToString();
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("short", "short")]
    [InlineData("0123456789", "0123456789")]
    [InlineData("x0123456789", "0123456789")]
    public void It_begins_near_the_end(string text, string shown)
    {
        File.WriteAllText(Log, text);
        using var follower = Follow(fromEnd: 10);
        Assert.Equal(shown, Rest(follower));
    }

    [Fact]
    public void What_is_added_is_read_once()
    {
        using var file = Writer();
        using var follower = Follow();
        Write(file, "one\n");
        Assert.Equal("one\n", Rest(follower));
        Assert.Equal("", Rest(follower));
        Write(file, "two\n");
        Write(file, "three\n");
        Assert.Equal("two\nthree\n", Rest(follower));
    }

    [Fact]
    public void A_rotated_file_is_read_to_its_end_and_then_the_new_one()
    {
        using var file = Writer(maxBytes: 10, backups: 3);
        using var follower = Follow();
        Write(file, "one\n");
        Assert.Equal("one\n", Rest(follower));
        Write(file, "to the end\n");
        Write(file, "new\n");
        Assert.Equal("to the end\nnew\n", Rest(follower));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Several_rotations_between_two_reads_lose_nothing(int rotations)
    {
        using var file = Writer(maxBytes: 10, backups: 5);
        using var follower = Follow();
        Write(file, "one\n");
        Assert.Equal("one\n", Rest(follower));
        var written = new StringBuilder();
        for (var n = 0; n < rotations; n++)
        {
            Write(file, $"{n} fills it\n");
            written.Append($"{n} fills it\n");
        }
        Write(file, "last\n");
        Assert.Equal($"{written}last\n", Rest(follower));
        Assert.Equal(rotations + 1, _here.Names.Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(null)]
    public void However_writes_and_reads_fall_nothing_is_lost_or_doubled(int? seed)
    {
        const int Backups = 4;
        var used = seed ?? Environment.TickCount;
        var random = new Random(used);
        using var file = Writer(maxBytes: 60, Backups);
        using var follower = Follow();
        Assert.Equal("", Rest(follower)); // it has the file, whose rotations it follows from here on
        var (written, read) = (new StringBuilder(), new StringBuilder());
        var buffer = new byte[50];
        var unread = 0; // rotations since the follower was at the end
        for (var n = 0; n < 1500; n++)
        {
            if (random.Next(3) > 0 && unread < Backups)
            {
                var line = $"{n} {new string('.', random.Next(40))}\n";
                var before = new FileInfo(Log).Length;
                Write(file, line);
                written.Append(line);
                if (new FileInfo(Log).Length < before + line.Length)
                    unread++;
            }
            else if (random.Next(2) == 0)
            {
                var count = follower.Read(buffer.AsSpan(0, random.Next(1, buffer.Length)));
                read.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
            else
            {
                read.Append(Rest(follower, 33));
                unread = 0;
            }
        }
        read.Append(Rest(follower));
        Assert.True(written.ToString() == read.ToString(), $"seed {used}: {written.Length} written, {read.Length} read");
    }

    [Fact]
    public async Task A_rotation_in_the_midst_of_a_read_loses_nothing()
    {
        const int Lines = 8_000, MaxBytes = 50, Unread = 2 * MaxBytes; // less than the backups hold
        using var file = Writer(MaxBytes, backups: 5);
        using var follower = Follow();
        Assert.Equal("", Rest(follower));
        long written = 0, read = 0;
        var deadline = Clock.Now + TimeSpan.FromSeconds(60);
        var writer = Task.Run(() =>
        {
            for (var n = 0; n < Lines && Clock.Now < deadline; n++)
            {
                while (written - Volatile.Read(ref read) > Unread && Clock.Now < deadline)
                    Thread.Yield();
                var line = $"{n}\n";
                Write(file, line);
                Volatile.Write(ref written, written + line.Length);
            }
        });
        var text = new StringBuilder();
        while ((!writer.IsCompleted || text.Length < written) && Clock.Now < deadline)
        {
            text.Append(Rest(follower, 64));
            Volatile.Write(ref read, text.Length);
        }
        await writer;
        var lines = text.ToString().Split('\n')[..^1];
        Assert.Equal(Enumerable.Range(0, lines.Length).Select(n => $"{n}"), lines);
        Assert.Equal(Lines, lines.Length);
    }

    [Fact] // Supervisor drops the connection
    public void A_file_that_is_cut_off_is_read_from_its_start()
    {
        File.WriteAllText(Log, "a long line of before\n");
        using var follower = Follow();
        Rest(follower);
        File.WriteAllText(Log, "");
        Assert.Equal("", Rest(follower));
        File.AppendAllText(Log, "new\n");
        Assert.Equal("new\n", Rest(follower));
        File.WriteAllText(Log, "x\n");
        Assert.Equal("x\n", Rest(follower));
    }

    [Fact] // L-125: the same file, emptied
    public void Rotated_without_backups_it_goes_on()
    {
        using var file = Writer(maxBytes: 10, backups: 0);
        using var follower = Follow();
        Write(file, "one\n");
        Assert.Equal("one\n", Rest(follower));
        Write(file, "and it is full\n");
        Write(file, "1\n");
        Assert.Equal("1\n", Rest(follower));
    }

    [Fact]
    public void While_the_path_leads_nowhere_the_old_file_is_kept()
    {
        using var file = Writer();
        using var follower = Follow();
        Write(file, "one\n");
        Assert.Equal("one\n", Rest(follower));
        File.Delete(Log);
        Write(file, "still\n");
        Assert.Equal("still\n", Rest(follower));
        File.WriteAllText(Log, "new\n");
        Assert.Equal("new\n", Rest(follower));
    }

    [Fact] // L-128: the backups of a cleared log stay, and are older
    public void Cleared_it_goes_on_with_the_new_file_alone()
    {
        using var file = Writer(maxBytes: 10, backups: 3);
        Write(file, "in a backup\n");
        Write(file, "one\n");
        using var follower = Follow();
        Assert.Equal("one\n", Rest(follower));
        file.Clear();
        Write(file, "new\n");
        Assert.Equal("new\n", Rest(follower));
    }

    [Fact]
    public void A_file_that_appears_later_is_read_then()
    {
        using var follower = Follow();
        Assert.Equal("", Rest(follower));
        File.WriteAllText(Log, "here it is\n");
        Assert.Equal("here it is\n", Rest(follower));
    }

    [Fact]
    public void Of_a_file_that_appears_later_all_is_new()
    {
        using var follower = Follow(fromEnd: 4);
        Assert.Equal("", Rest(follower));
        File.WriteAllText(Log, "more than four\n");
        Assert.Equal("more than four\n", Rest(follower));
    }
}
