using System.Text;
using Init.Web;
using Xunit;
using static Init.Unit.Web.Rendering;

namespace Init.Unit.Web;

public sealed class TailPageTests
{
    [Fact] // E-097
    public void The_end_of_a_log_is_shown_with_a_link_to_refresh_it()
    {
        var page = Text(output => TailPage.Write(output, "g:a b", "one\ntwo\n"u8, 2048));
        Assert.Contains("<title>Supervisor tail of process g:a b</title>", page, StringComparison.Ordinal);
        Assert.Contains("<pre>\none\ntwo\n</pre>", page, StringComparison.Ordinal);
        Assert.Contains("href=\"tail.html?processname=g%3Aa%20b&amp;limit=2048\"", page, StringComparison.Ordinal);
    }

    [Fact] // E-098
    public void Without_a_name_there_is_nothing_to_refresh()
    {
        var page = Text(output => TailPage.Write(output, null, "No process name found", 1024));
        Assert.Contains("<title>Supervisor tail of process None</title>", page, StringComparison.Ordinal);
        Assert.Contains("<pre>\nNo process name found</pre>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("tail.html", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("</pre><script>", "&lt;/pre&gt;&lt;script&gt;")]
    [InlineData("\nfirst", "\nfirst")]
    [InlineData("\u001b[1mbold\0\u007f", "\u241b[1mbold\u2400\u2421")]
    [InlineData("\u009b2J \u202egnp\u202c \u2066x\u2069 \u200e\u200f\u061c\u2028\u2029", "\uFFFD2J \uFFFDgnp\uFFFD \uFFFDx\uFFFD \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD")]
    [InlineData("tab\tstays", "tab\tstays")]
    public void A_log_is_text(string log, string shown) => Assert.Contains(
        $"<pre>\n{shown}</pre>", Text(output => TailPage.Write(output, "a", Encoding.UTF8.GetBytes(log), 1024)), StringComparison.Ordinal);

    [Fact]
    public void A_character_cut_in_two_is_replaced() =>
        Assert.Contains("<pre>\n\uFFFD a</pre>", Text(output => TailPage.Write(output, "a", [0xA9, .. " a"u8], 1024)), StringComparison.Ordinal);

    [Fact]
    public void Markup_in_the_name_does_no_harm() =>
        Assert.DoesNotContain("<img", Text(output => TailPage.Write(output, Hostile, "", 1024)), StringComparison.Ordinal);
}
