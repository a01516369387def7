using Init.Config;
using Xunit;

namespace Init.Unit.Config;

/// <summary>Our own keys: log_format, log_prefix, log_timestamps, log_backlog, log_ring.</summary>
public class OutputReaderTests
{
    [Fact]
    public void Our_own_output_keys_have_defaults_in_supervisord()
    {
        var configuration = ConfigFile.Of("""
            [supervisord]
            log_format=JSON
            log_prefix=%(program_name)s/%(process_num)d
            log_timestamps=true
            log_backlog=drop
            log_ring=1MB
            [program:a]
            command=x
            [program:b]
            command=x
            log_format=plain
            log_prefix=[%(program_name)s]
            log_timestamps=false
            log_backlog=Block
            log_ring=0
            """);
        Assert.Equal(new OutputConfig { Format = LogFormat.Json, Prefix = "a/0", Timestamps = true, Backlog = LogBacklog.Drop, RingBytes = 1048576 },
            configuration.Groups[0].Processes[0].Output);
        Assert.Equal(new OutputConfig { Format = LogFormat.Plain, Prefix = "[b]", Timestamps = false, Backlog = LogBacklog.Block, RingBytes = 0 },
            configuration.Groups[1].Processes[0].Output);
        Assert.Equal(LogFormat.Json, configuration.Supervisord.Output.Format);
        Assert.Equal(new OutputConfig { Timestamps = false, Backlog = LogBacklog.Block, RingBytes = 65536 }, ConfigFile.Process("").Output);
    }

    [Theory]
    [InlineData("log_format=xml", "invalid 'log_format' value 'xml'")]
    [InlineData("log_timestamps=x", "invalid 'log_timestamps' value 'x'")]
    [InlineData("log_backlog=x", "invalid 'log_backlog' value 'x'")]
    [InlineData("log_ring=-1", "invalid 'log_ring' value '-1'")]
    [InlineData("log_ring=9GB", "invalid 'log_ring' value '9GB'")]
    public void A_bad_value_is_told_in_Supervisors_manner(string line, string expected)
    {
        Assert.Equal(expected, ConfigFile.ProgramError(line));
        Assert.Equal($"{expected} in section 'supervisord' (file: 'FILE')", ConfigFile.SupervisordError(line));
    }

    [Fact]
    public void A_common_prefix_that_cannot_be_expanded_is_named_where_it_was_written() =>
        Assert.Contains("for 'supervisord.log_prefix' contains names ('nope')", ConfigFile.ErrorOf(ConfigFile.Program("").Replace(
            "[supervisord]", "[supervisord]\nlog_prefix=%(nope)s")));
}
