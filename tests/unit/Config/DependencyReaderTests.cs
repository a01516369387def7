using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public sealed class DependencyReaderTests
{
    private static Configuration Read(string text)
    {
        using var file = new ConfigFile();
        return file.Read("[supervisord]\n" + text);
    }

    private static string Error(string text) => Assert.Throws<ConfigException>(() => Read(text)).Message;

    [Theory]
    [InlineData("redis", "redis:ready")]
    [InlineData(" redis , db:started", "redis:ready db:started")]
    [InlineData("web:web_01, web:web_02:Completed", "web:web_01:ready web:web_02:completed")]
    [InlineData("web:*", "web:*:ready")]
    [InlineData("redis,redis", "redis:ready")]
    [InlineData("", "")]
    public void Names_with_or_without_a_condition(string text, string read)
    {
        const string others = "[program:redis]\ncommand=a\n[program:db]\ncommand=a\n[program:web]\ncommand=a\nprocess_name=web_%(process_num)02d\nnumprocs=3\n";
        var process = Read($"[program:x]\ncommand=a\ndepends_on={text}\n{others}").Groups.Single(group => group.Name == "x").Processes[0];
        Assert.Equal(read, string.Join(' ', process.DependsOn));
    }

    [Theory]
    [InlineData(":")]
    [InlineData("a:b:c")]
    [InlineData("redis::ready")]
    public void Another_form_is_an_error(string text) => Assert.StartsWith(
        $"invalid 'depends_on' value '{text}' in section 'program:x' (file: '", Error($"[program:x]\ncommand=a\ndepends_on={text}\n"));

    [Theory]
    [InlineData("nosuch", "nosuch")]
    [InlineData("x:y", "x:y")]
    [InlineData("redis:redy", "redis:redy")] // a slip in the condition is a process that is not there
    public void A_name_that_is_nobodys_is_an_error(string text, string name) => Assert.StartsWith(
        $"depends_on names unknown program or group {name} in section 'program:x' (file: '",
        Error($"[program:x]\ncommand=a\ndepends_on={text}\n[program:redis]\ncommand=a\n"));

    [Theory]
    [InlineData("eventlistener:x", "events=TICK_5")]
    [InlineData("fcgi-program:x", "socket=tcp://localhost:1")]
    public void The_section_it_names_is_the_one_that_asks(string section, string key) => Assert.StartsWith(
        $"depends_on names unknown program or group nosuch in section '{section}' (file: '",
        Error($"[program:x]\ncommand=a\ndepends_on=y\n[program:y]\ncommand=a\n[{section}]\ncommand=a\n{key}\ndepends_on=nosuch\n"));

    [Fact]
    public void A_circle_is_an_error_that_shows_the_way()
    {
        Assert.StartsWith("depends_on goes round in a circle: b -> c -> b in section 'program:a' (file: '", Error("""
            [program:a]
            command=a
            depends_on=b
            [program:b]
            command=a
            depends_on=c
            [program:c]
            command=a
            depends_on=b:started
            """));
        Assert.StartsWith("depends_on goes round in a circle: a -> a", Error("[program:a]\ncommand=a\ndepends_on=a\n"));
        Assert.StartsWith("depends_on goes round in a circle: g:a -> g:a", Error("[program:a]\ncommand=a\ndepends_on=g\n[group:g]\nprograms=a\n"));
    }

    [Fact]
    public void A_program_in_a_group_is_known_by_its_own_name_too()
    {
        var groups = Read("[program:a]\ncommand=a\ndepends_on=b\n[program:b]\ncommand=a\n[group:g]\nprograms=b\n").Groups;
        var b = groups.Single(group => group.Name == "g").Processes[0];
        Assert.True(groups.Single(group => group.Name == "a").Processes[0].DependsOn[0].Means("g", b));
    }

    [Fact]
    public void A_oneshot_has_no_time_to_stay_up_and_no_second_run()
    {
        var process = Read("[program:a]\ncommand=a\noneshot=true\nautorestart=true\nstartsecs=5\n").Groups[0].Processes[0];
        Assert.True(process.OneShot);
        Assert.Equal((AutoRestart.Never, 0), (process.AutoRestart, process.StartSecs));
    }
}
