using System.Text.Json;
using Init.States;
using Init.Web;
using Xunit;
using static Init.Unit.Web.Rendering;

namespace Init.Unit.Web;

public sealed class ProcessEventsTests
{
    [Fact]
    public void An_event_has_this_form()
    {
        var row = new ProcessRow("g", "a", ProcessState.Running, "pid 12, uptime 0:00:05", 12, 1695, 1600, "healthy", 2);
        Assert.Equal(
            "event: processes\ndata: {\"now\":1700,\"full\":true,\"processes\":[{\"name\":\"a\",\"group\":\"g\",\"state\":20,\"statename\":\"RUNNING\"," +
            "\"description\":\"pid 12, uptime 0:00:05\",\"pid\":12,\"start\":1695,\"stop\":1600,\"health\":\"healthy\",\"restarts\":2}],\"removed\":[\"g:b\"]}\n\n",
            Text(output => ProcessEvents.Write(output, [row], ["g:b"], full: true, now: 1700)));
    }

    [Fact]
    public void Nothing_is_an_event_too() => Assert.Equal(
        "event: processes\ndata: {\"now\":1700,\"full\":false,\"processes\":[],\"removed\":[]}\n\n",
        Text(output => ProcessEvents.Write(output, [], [], full: false, now: 1700)));

    [Theory]
    [InlineData("two\nlines\r\n\ndata: {}", "two\nlines\r\n\ndata: {}")]
    [InlineData("\"quoted\\ </script> \u00e9 \U0001F600 \u2028", "\"quoted\\ </script> \u00e9 \U0001F600 \u2028")]
    [InlineData("a lone # surrogate", "a lone \uFFFD surrogate")]
    public void Any_text_stays_one_line_and_comes_back(string text, string read)
    {
        text = text.Replace('#', '\ud800'); // which no attribute can hold
        var lines = Text(output => ProcessEvents.Write(output, [Row("g", text, ProcessState.Fatal, text)], [text], full: false, Now)).Split('\n');
        Assert.Equal(4, lines.Length);
        using var data = JsonDocument.Parse(lines[1]["data: ".Length..]);
        var process = data.RootElement.GetProperty("processes")[0];
        Assert.Equal(read, process.GetProperty("name").GetString());
        Assert.Equal(read.Replace('\u2028', '\uFFFD'), process.GetProperty("description").GetString()); // what others have said
        Assert.Equal(read, data.RootElement.GetProperty("removed")[0].GetString());
    }
}
