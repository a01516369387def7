using System.Text.Json;
using Init.Unit.Config;
using Xunit;

namespace Init.Unit.Cli;

public class CheckReportTests
{
    private const string Good = "[supervisord]\n[program:a]\ncommand=/bin/cat\n[program:b]\ncommand=/bin/cat\ndepends_on=a:started\nstopwaitsecs=3\n";
    private const string Warned = Good + "unknown=\"1\"\n";
    private const string Bad = Warned + "[program:c]\nstartsecs=x\n";

    [Theory]
    [InlineData(Good, "s.conf: no errors, no warnings\n", true, true)]
    [InlineData(Warned, "s.conf: no errors, 1 warning\n", true, false)]
    [InlineData(Bad, "s.conf: 2 errors, 1 warning\n", false, false)]
    public void It_is_good_without_errors_and_strictly_without_warnings_too(string text, string summary, bool good, bool strictlyGood)
    {
        using var file = new ConfigFile();
        file.Write("s.conf", text);
        Assert.Equal(good, Checked.OfPath(file, "s.conf").Report.IsOk);
        Assert.Equal(strictlyGood, Checked.OfPath(file, "s.conf", strict: true).Report.IsOk);
        Assert.Equal(summary, Checked.OfPath(file, "s.conf").Report.Summary());
    }

    [Fact]
    public void Json_has_the_findings_and_the_plan()
    {
        var json = JsonDocument.Parse(Checked.Of(Warned).Report.Json()).RootElement;
        Assert.Equal("s.conf", json.GetProperty("file").GetString());
        Assert.True(json.GetProperty("ok").GetBoolean());
        Assert.Equal(0, json.GetProperty("errors").GetArrayLength());
        var warning = json.GetProperty("warnings")[0];
        Assert.Equal(("s.conf", 8, "program:b", "unknown", "unknown key 'unknown'"), (warning.GetProperty("file").GetString(),
            warning.GetProperty("line").GetInt32(), warning.GetProperty("section").GetString(), warning.GetProperty("key").GetString(),
            warning.GetProperty("message").GetString()));
        Assert.Equal("""[{"process": "a", "after": []}, {"process": "b", "after": ["a:started"]}]""", Flat(json.GetProperty("start")));
        Assert.Equal("""[{"processes": ["b"], "seconds": 3, "wants": 3}, {"processes": ["a"], "seconds": 10, "wants": 10}]""", Flat(json.GetProperty("stop")));
    }

    [Fact]
    public void Json_of_what_does_not_load_has_no_plan_and_null_where_nothing_can_be_named()
    {
        var json = JsonDocument.Parse(Checked.Of("[program:a]\ncommand=\"\\\n").Report.Json()).RootElement;
        Assert.False(json.GetProperty("ok").GetBoolean());
        var error = json.GetProperty("errors")[0];
        Assert.All(["line", "section", "key"], name => Assert.Equal(JsonValueKind.Null, error.GetProperty(name).ValueKind));
        Assert.Equal(0, json.GetProperty("start").GetArrayLength() + json.GetProperty("stop").GetArrayLength());
    }

    private static string Flat(JsonElement element) => element.GetRawText().Replace("\n ", "");
}
