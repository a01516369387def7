using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public sealed class StoppingReaderTests
{
    [Fact]
    public void Without_them_a_program_stops_and_restarts_as_in_Supervisor()
    {
        var program = ConfigFile.Process("");
        Assert.False(program.StopTree);
        Assert.Null(program.StopCommand);
        Assert.Null(program.RestartBackoff);
    }

    [Fact]
    public void All_are_read()
    {
        var programs = ConfigFile.Processes("""
            stop_tree=yes
            stop_command=/bin/quit --port 80%(process_num)d %(ENV_COLOUR)s
            restart_backoff=0.5..30
            process_name=p%(process_num)d
            numprocs=2
            """);
        Assert.All(programs, program => Assert.True(program.StopTree));
        Assert.Equal(["/bin/quit --port 800 blue%s", "/bin/quit --port 801 blue%s"], programs.Select(program => program.StopCommand!.ToString()));
        Assert.Equal(new RestartBackoff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30)), programs[0].RestartBackoff);
    }

    [Theory]
    [InlineData("1..1", 1, 1)]
    [InlineData("0 .. 60", 0, 60)]
    [InlineData(".", null, null)]
    [InlineData("1", null, null)]
    [InlineData("2..1", null, null)]
    [InlineData("1..", null, null)]
    [InlineData("..1", null, null)]
    [InlineData("1...5", null, null)]
    [InlineData("-1..5", null, null)]
    [InlineData("1..5..9", null, null)]
    [InlineData("1s..5s", null, null)]
    [InlineData("1..99999999", null, null)]
    [InlineData("1..NaN", null, null)]
    public void Restart_backoff_is_two_numbers_of_seconds(string text, int? min, int? max)
    {
        if (min is null)
            Assert.Equal($"invalid 'restart_backoff' value '{text}'", ConfigFile.ProgramError($"restart_backoff={text}"));
        else
            Assert.Equal(new RestartBackoff(TimeSpan.FromSeconds(min.Value), TimeSpan.FromSeconds(max!.Value)),
                ConfigFile.Process($"restart_backoff={text}").RestartBackoff);
    }

    [Theory]
    [InlineData("stop_tree", "2")]
    [InlineData("stop_command", "")]
    public void Anything_else_is_an_error(string key, string text) =>
        Assert.Equal($"invalid '{key}' value '{text}'", ConfigFile.ProgramError($"{key}={text}"));

    [Theory]
    [InlineData(1, 30, "1 2 4 8 16 30 30")]
    [InlineData(3, 10, "3 6 10 10")]
    [InlineData(0, 5, "0 1 2 4 5 5")]
    [InlineData(5, 5, "5 5 5")]
    [InlineData(0, 0, "0 0 0")]
    public void The_wait_doubles_up_to_the_longest(int min, int max, string waits)
    {
        var backoff = new RestartBackoff(TimeSpan.FromSeconds(min), TimeSpan.FromSeconds(max));
        var count = waits.Split(' ').Length;
        Assert.Equal(waits, string.Join(' ', Enumerable.Range(1, count).Select(ends => backoff.After(ends).TotalSeconds)));
        Assert.Equal(TimeSpan.FromSeconds(max), backoff.After(int.MaxValue));
    }
}
