using Init.Config;
using Init.Processes;
using Xunit;

namespace Init.Unit.Processes;

public sealed class ChildEnvironmentTests
{
    private static readonly string[] _userNames = ["HOME", "USER", "LOGNAME", "SHELL"];

    private static Dictionary<string, string> Of(Func<ProcessConfig, ProcessConfig> with, params KeyValuePair<string, string>[] supervisord) =>
        new ChildEnvironment(new Dictionary<string, string> { ["HOME"] = "/ours", ["PATH"] = "/bin" }, "unix:///s", "group", supervisord, MachineTestbed.Program(with))
            .ToList().Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    [Fact]
    public void The_nearest_value_wins()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["one"], "A=one\nB=one\nC=one\nHOME=/file\n");
        File.WriteAllText(scratch["two"], "A=two\nB=two\n");
        var variables = Of(config => config with
        {
            UserEnv = true,
            User = new UserIdentity("root", 0, 0),
            EnvironmentFiles = [new(scratch["one"], false), new(scratch["two"], false), new(scratch["none"], true)],
            Environment = [new("A", "own"), new("SHELL", "/own")],
        }, new("A", "daemon"), new("B", "daemon"), new("C", "daemon"), new("D", "daemon"), new("USER", "daemon"));
        Assert.Equal("own two one daemon", string.Join(' ', new[] { "A", "B", "C", "D" }.Select(name => variables[name])));
        Assert.Equal("/file root root /own", string.Join(' ', _userNames.Select(name => variables[name])));
    }

    [Fact] // C-254
    public void Without_user_env_nothing_is_set_for_a_user()
    {
        var variables = Of(config => config with { User = new UserIdentity("nobody", 65534, 65534) });
        Assert.Equal("/ours", variables["HOME"]);
        Assert.False(variables.ContainsKey("USER"));
    }

    [Fact]
    public void A_user_without_an_entry_has_a_number_for_a_name() => Assert.Equal(
        "/ 3999999999 3999999999 /bin/sh",
        Of(config => config with { UserEnv = true, User = new UserIdentity(null, 3_999_999_999, 7) }) is var variables
            ? string.Join(' ', _userNames.Select(name => variables[name])) : "");

    [Fact]
    public void A_missing_file_is_an_error() => Assert.Throws<ConfigException>(() =>
        Of(config => config with { EnvironmentFiles = [new("/nonexistent", false)] }));
}
