using Init.Config;
using Init.Ctl;
using Xunit;

namespace Init.Unit.Ctl;

public sealed class ControlSettingsReaderTests
{
    [Fact]
    public void What_the_file_does_not_say_has_supervisors_defaults() => // T-013
        Assert.Equal(("http://localhost:9001", "supervisor", null, null, null, false), Described(Read("[supervisorctl]\n")));

    [Fact]
    public void Options_are_read_and_paths_made_absolute() => Assert.Equal( // T-013 to T-015
        ("unix:///work/s.sock", "my blue", "joe", "a=b", "/conf/history", false),
        Described(Read("""
            [supervisorctl]
            serverurl = unix://s.sock
            prompt = my %(ENV_COLOUR)s
            username = joe
            password = a=b
            history_file = %(here)s/history
            """)));

    [Fact]
    public void The_section_must_be_there() => // T-010
        Assert.Equal(".ini file does not include supervisorctl section", ErrorOf("[supervisord]\n"));

    [Fact]
    public void A_plugin_is_Python_code_and_costs_a_warning_for_its_section()
    {
        var settings = Read("""
            [supervisorctl]
            prompt = mine
            [ctlplugin:cache]
            supervisor.ctl_factory = supervisor_cache.controllerplugin:make_cache_controllerplugin
            size = 3
            [ctlplugin:x]
            supervisor.ctl_factory = nope
            """);
        Assert.Equal("mine", settings.Prompt);
        Assert.Equal(
            [
                "For [ctlplugin:cache], supervisor_cache.controllerplugin:make_cache_controllerplugin is Python code, which cannot be loaded here; its actions are not available",
                "For [ctlplugin:x], nope is Python code, which cannot be loaded here; its actions are not available",
            ],
            settings.Warnings);
    }

    [Theory] // T-016, C-076
    [InlineData("size = 3", "section [ctlplugin:x] does not specify a supervisor.ctl_factory")]
    [InlineData("supervisor.ctl_factory = a:b\nsize = %(here)s", "Format string '%(here)s' for 'ctlplugin:x.size' contains names ('here')")]
    public void A_plugins_mistakes_are_errors_as_there(string options, string error) =>
        Assert.StartsWith(error, ErrorOf($"[supervisorctl]\n[ctlplugin:x]\n{options}\n"), StringComparison.Ordinal);

    private static (string, string, string?, string?, string?, bool) Described(ControlSettings settings) =>
        (settings.ServerUrl, settings.Prompt, settings.Username, settings.Password, settings.HistoryFile, settings.Warnings.Count > 0);

    private static string ErrorOf(string text) => Assert.Throws<ConfigException>(() => Read(text)).Message;

    private static ControlSettings Read(string text)
    {
        using var folder = new ScratchDirectory();
        var file = Path.Join(folder.Path, "s.conf");
        File.WriteAllText(file, text);
        var settings = ControlSettingsReader.Read(file, new Dictionary<string, string> { ["COLOUR"] = "blue" }, "/work");
        return settings with { HistoryFile = settings.HistoryFile?.Replace(folder.Path, "/conf") };
    }
}
