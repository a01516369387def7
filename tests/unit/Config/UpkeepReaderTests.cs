using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public sealed class UpkeepReaderTests
{
    [Fact]
    public void Without_the_keys_nothing_is_done() => Assert.Equal(UpkeepConfig.None, ConfigFile.Process("").Upkeep);

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("6h", 21_600)]
    [InlineData("1d", 86_400)]
    [InlineData("1h30m", 5400)]
    [InlineData(" 1D2h3M4s ", 93_784)]
    [InlineData("45", 45)]
    public void A_time_is_a_number_with_units_or_of_seconds(string text, int seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        Assert.Equal(new DurationRange(time, time), ConfigFile.Process($"max_age={text}").Upkeep.MaxAge);
        Assert.Equal(new Schedule.Every(time), ConfigFile.Process($"schedule=@every {text}").Upkeep.Schedule);
    }

    [Fact]
    public void An_age_may_be_drawn_between_two() =>
        Assert.Equal(new DurationRange(TimeSpan.FromHours(6), TimeSpan.FromHours(7)), ConfigFile.Process("max_age=6h .. 7h").Upkeep.MaxAge);

    [Theory]
    [InlineData("0")]
    [InlineData("0h")]
    [InlineData("-1h")]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("1w")]
    [InlineData("1.5h")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1h30")]
    [InlineData("30 m")]
    [InlineData("99999999999s")]
    [InlineData("36526d")]
    [InlineData("7h..6h")]
    [InlineData("6h..")]
    [InlineData("..6h")]
    [InlineData("6h..7h..8h")]
    public void No_other_time_is_an_age(string text) => Assert.Equal($"invalid 'max_age' value '{text}'", ConfigFile.ProgramError($"max_age={text}"));

    [Theory]
    [InlineData(2, "2s")]
    [InlineData(65, "1m05s")]
    [InlineData(21_720, "6h02m")]
    [InlineData(90_000, "1d01h")]
    public void A_time_is_told_in_two_units(int seconds, string text) => Assert.Equal(text, Durations.Describe(TimeSpan.FromSeconds(seconds + 0.9)));

    [Fact]
    public void Memory_is_bytes_with_a_unit() => Assert.Equal(200L << 20, ConfigFile.Process("memory_max=200MB").Upkeep.MemoryMax);

    [Theory]
    [InlineData("0")]
    [InlineData("-5MB")]
    [InlineData("200M")]
    [InlineData("")]
    public void Nothing_else_is_a_limit_of_memory(string text) => Assert.Equal($"invalid 'memory_max' value '{text}'", ConfigFile.ProgramError($"memory_max={text}"));

    [Fact]
    public void A_schedule_implies_that_nothing_else_starts_it_and_that_a_quick_end_is_no_failure()
    {
        var config = ConfigFile.Process("schedule=0 3 * * *\nautostart=true\nautorestart=true\nstartsecs=5\nschedule_timezone=Europe/Berlin");
        Assert.Equal((false, AutoRestart.Never, 0), (config.AutoStart, config.AutoRestart, config.StartSecs));
        Assert.Equal(new Schedule.Cron(CronReader.Read("0 3 * * *"), "Europe/Berlin"), config.Upkeep.Schedule);
    }

    [Fact]
    public void Each_process_may_have_its_own_time()
    {
        var processes = ConfigFile.Processes("schedule=%(process_num)s * * * *\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)d");
        Assert.Equal([Line("0 * * * *"), Line("1 * * * *")], processes.Select(process => process.Upkeep.Schedule));
    }

    private static Schedule.Cron Line(string line) => new(CronReader.Read(line), null);

    [Theory]
    [InlineData("61 * * * *", "'61' is no minute")]
    [InlineData("@every", "@every needs a time such as 90s or 1h30m")]
    [InlineData("@every 0s", "@every needs a time such as 90s or 1h30m")]
    [InlineData("@every 500ms", "@every needs a time such as 90s or 1h30m")]
    [InlineData("daily", "five fields are needed, or @every and a time: it has 1")]
    public void A_wrong_schedule_is_told_with_what_is_wrong(string text, string problem) =>
        Assert.Equal($"invalid 'schedule' value '{text}': {problem}", ConfigFile.ProgramError($"schedule={text}"));

    [Theory]
    [InlineData("Europe/Atlantis")]
    [InlineData("")]
    [InlineData("/etc/localtime")]
    [InlineData("Europe/../../../../etc/passwd")]
    public void A_zone_that_is_not_known_is_told_with_where_it_was_looked_for(string zone) => Assert.Equal(
        $"invalid 'schedule_timezone' value '{zone}': /usr/share/zoneinfo has no such time zone",
        ConfigFile.ProgramError($"schedule=@daily\nschedule_timezone={zone}"));

    [Fact]
    public void They_may_be_defaults_of_all_programs_but_a_listener_has_no_schedule()
    {
        var configuration = ConfigFile.Of("""
            [supervisord]
            [program-default]
            schedule=@hourly
            max_age=1h
            [program:foo]
            command=/bin/cat
            [eventlistener:bar]
            command=/bin/cat
            events=TICK_5
            """);
        var (foo, bar) = (Upkeep("foo"), Upkeep("bar"));
        Assert.NotNull(foo.Schedule);
        Assert.Null(bar.Schedule);
        Assert.Equal((foo.MaxAge, TimeSpan.FromHours(1)), (bar.MaxAge, foo.MaxAge!.Min));

        UpkeepConfig Upkeep(string name) => configuration.Groups.Single(group => group.Name == name).Processes[0].Upkeep;
    }
}
