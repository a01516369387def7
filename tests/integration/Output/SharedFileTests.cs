using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Output;

/// <summary>One log file of several processes, as Laravel's guide has it: numprocs=8 and one stdout_logfile.</summary>
public sealed class SharedFileTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const int Said = 400_000; // by each of the eight
    private const int Limit = 200 * 1024;

    // What is read at a time.
    private const int Chunk = 64 * 1024 + 1;

    [Fact]
    public void It_is_rotated_at_its_true_size_and_nothing_is_lost()
    {
        var daemon = Start(new Launch
        {
            Config = """
                [supervisord]
                [program:w]
                command=perl -e "$| = 1; for (1 .. 4000) { print chr(97 + %(process_num)d) x 99, qq(\n); select undef, undef, undef, 0.0005 }"
                process_name=%(program_name)s%(process_num)d
                numprocs=8
                startsecs=0
                autorestart=false
                stdout_logfile={dir}/w.log
                stdout_logfile_maxbytes=200KB
                stdout_logfile_backups=50
                """,
        });
        daemon.WaitForLine(@"exited: w\d \(exit status 0; expected\)", 8, TimeSpan.FromSeconds(60));
        daemon.WaitUntil(() => Files(daemon).Sum(file => file.Length) >= 8 * Said, "everything is written");
        var files = Files(daemon);
        var text = string.Concat(files.Select(file => File.ReadAllText(file.FullName)));
        for (var letter = 'a'; letter < 'a' + 8; letter++)
            Assert.Equal(4000 * 99, text.Count(one => one == letter));
        Assert.All(files.Where(file => file.Name != "w.log"), file => Assert.InRange(file.Length, Limit, Limit + Chunk));
    }

    private static List<FileInfo> Files(Daemon daemon) => [.. new DirectoryInfo(daemon.Folder).GetFiles("w.log*")];
}
