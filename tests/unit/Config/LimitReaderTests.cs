using Init.Os;
using Xunit;

namespace Init.Unit.Config;

public sealed class LimitReaderTests
{
    [Fact]
    public void Without_them_a_program_has_ours() => Assert.Equal(ChildLimits.None, ConfigFile.Process("").Limits);

    [Fact]
    public void All_are_read() => Assert.Equal(
        new ChildLimits
        {
            Nice = -20,
            OomScoreAdj = 1000,
            OpenFiles = new(LimitKind.OpenFiles, 1024, 4096),
            Processes = new(LimitKind.Processes, 7, 7),
            CoreSize = new(LimitKind.CoreSize, 0, ResourceLimit.Unlimited),
            AddressSpace = new(LimitKind.AddressSpace, 512 << 20, 1 << 30),
            NoNewPrivs = true,
        },
        ConfigFile.Process("""
            nice=-20
            oom_score_adj=1000
            limit_nofile=1024 : 4096
            limit_nproc=7
            limit_core=0:Unlimited
            limit_as=512MB:1GB
            no_new_privs=yes
            """).Limits);

    [Theory]
    [InlineData("nice", "20")]
    [InlineData("nice", "-21")]
    [InlineData("nice", "")]
    [InlineData("oom_score_adj", "1001")]
    [InlineData("limit_nofile", "-1")]
    [InlineData("limit_nofile", "2:1")]
    [InlineData("limit_nofile", "unlimited:1")]
    [InlineData("limit_nofile", "1KB")]
    [InlineData("limit_nofile", "1:2:3")]
    [InlineData("limit_nproc", "1:")]
    [InlineData("limit_core", "infinity")]
    [InlineData("limit_as", "")]
    [InlineData("no_new_privs", "2")]
    public void Anything_else_is_an_error(string key, string text) =>
        Assert.Equal($"invalid '{key}' value '{text}'", ConfigFile.ProgramError($"{key}={text}"));
}
