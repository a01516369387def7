using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Init.States;
using Init.Web;
using Xunit;
using static Init.Unit.Web.Rendering;

namespace Init.Unit.Web;

public sealed partial class StatusPageTests
{
    [Theory] // E-082, E-084
    [InlineData("Stopped", "statusnominal", "start")]
    [InlineData("Starting", "statusnominal", "stop")]
    [InlineData("Running", "statusrunning", "restart stop")]
    [InlineData("Backoff", "statuserror", "stop")]
    [InlineData("Stopping", "statusnominal", "")]
    [InlineData("Exited", "statusnominal", "start")]
    [InlineData("Fatal", "statuserror", "start")]
    [InlineData("Unknown", "statusnominal", "")]
    public void A_row_has_its_state_in_words_and_class_and_offers_what_fits(string name, string look, string actions)
    {
        var state = Enum.Parse<ProcessState>(name);
        var row = Status(Row("a", "a", state, "as told")).RowOf("a:a");
        Assert.Contains($"data-state=\"{name.ToUpperInvariant()}\"", row, StringComparison.Ordinal);
        Assert.Contains($"<span class=\"state {look}\">{name.ToLowerInvariant()}</span>", row, StringComparison.Ordinal);
        Assert.Contains("<span class=\"description\">as told</span>", row, StringComparison.Ordinal);
        var offered = from Match button in Button().Matches(row) where !button.Groups[2].Success select button.Groups[1].Value;
        Assert.Equal(actions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Append("clearlog"), offered);
    }

    [Fact]
    public void Health_restarts_and_memory_are_shown_where_there_is_something_to_tell()
    {
        var plain = Status(Row("a", "a")).RowOf("a:a");
        foreach (var fact in new[] { "health\" data-health=\"\"", "restarts\"", "memory\"" })
            Assert.Contains($"<span class=\"fact {fact} hidden", plain, StringComparison.Ordinal);
        var row = Status(Row("a", "a") with { Health = "unhealthy", Restarts = 2, Memory = 3 << 20 }).RowOf("a:a");
        Assert.Contains("data-health=\"unhealthy\">unhealthy</span>", row, StringComparison.Ordinal);
        Assert.Contains(">2 restarts</span>", row, StringComparison.Ordinal);
        Assert.Contains(">3.0 MB</span>", row, StringComparison.Ordinal);
        Assert.Contains(">1 restart</span>", Status(Row("a", "a") with { Restarts = 1 }).RowOf("a:a"), StringComparison.Ordinal);
    }

    [Fact] // E-083
    public void Actions_and_links_take_the_short_name_where_there_is_one()
    {
        var page = Status(Row("a", "a"), Row("g", "a b"));
        Assert.Contains("name=\"processname\" value=\"a\"", page.RowOf("a:a"), StringComparison.Ordinal);
        Assert.Contains("href=\"tail.html?processname=a\"", page.RowOf("a:a"), StringComparison.Ordinal);
        Assert.Contains("name=\"processname\" value=\"g:a b\"", page.RowOf("g:a b"), StringComparison.Ordinal);
        Assert.Contains("href=\"logtail/g%3Aa%20b/stderr\"", page.RowOf("g:a b"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_has_a_heading_unless_it_is_one_program_of_that_name()
    {
        var page = Status(Row("a", "a"), Row("g", "x"), Row("g", "y", ProcessState.Fatal), Row("h", "z", ProcessState.Stopped)).Markup();
        Assert.DoesNotContain("value=\"a:*\"", page, StringComparison.Ordinal);
        Assert.Contains("g <span>1 of 2 running</span>", page, StringComparison.Ordinal);
        Assert.Contains("value=\"g:*\"", page, StringComparison.Ordinal);
        Assert.Contains("h <span>0 of 1 running</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void States_are_counted_and_those_that_nothing_is_in_are_hidden()
    {
        var page = Status(Row("a", "a"), Row("b", "b"), Row("c", "c", ProcessState.Fatal));
        Assert.Contains("aria-pressed=\"true\">all <b>3</b>", page, StringComparison.Ordinal);
        Assert.Contains("data-show=\"RUNNING\" aria-pressed=\"false\">running <b>2</b>", page, StringComparison.Ordinal);
        Assert.Contains("data-show=\"FATAL\" aria-pressed=\"false\">fatal <b>1</b>", page, StringComparison.Ordinal);
        Assert.Contains("data-show=\"BACKOFF\" aria-pressed=\"false\" hidden>", page, StringComparison.Ordinal);
    }

    [Fact] // E-081, E-085
    public void Without_programs_the_page_says_so()
    {
        Assert.Contains(">No programs to manage</p>", Status(), StringComparison.Ordinal);
        Assert.DoesNotContain("<tr data-name", Status(), StringComparison.Ordinal);
        Assert.DoesNotContain("No programs to manage", Status(Row("a", "a")), StringComparison.Ordinal);
        Assert.Contains("<title>Supervisor Status</title>", Status(), StringComparison.Ordinal);
    }

    [Fact] // E-087
    public void The_message_is_shown_as_text()
    {
        Assert.Contains("<p class=\"status_msg\" role=\"status\"></p>", Status(null, []), StringComparison.Ordinal);
        Assert.Contains(
            "<p class=\"status_msg\" role=\"status\">Process &lt;b&gt; started</p>", Status("Process <b> started", []), StringComparison.Ordinal);
    }

    [Fact]
    public void Markup_in_any_text_does_no_harm()
    {
        var page = Status(Hostile, [Row(Hostile, Hostile, ProcessState.Fatal, Hostile), Row(Hostile, "b")], Hostile).Markup();
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("'", page.Replace("'none'", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("<h1>&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;amp;/?#%\u00e9</h1>", page, StringComparison.Ordinal);
        Assert.Contains(
            "href=\"logtail/%22%3E%3Cimg%20src%3Dx%20onerror%3D%27alert%281%29%27%3E%26amp%3B%2F%3F%23%25%C3%A9\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_inlined_style_and_script_are_allowed_and_nothing_is_loaded()
    {
        var page = Status(Row("a", "a"));
        Assert.Contains($"style-src '{Hash(page.Between("<style>", "</style>"))}'", StatusPage.ContentSecurityPolicy, StringComparison.Ordinal);
        Assert.Contains($"script-src '{Hash(page.Between("<script>", "</script>"))}'", StatusPage.ContentSecurityPolicy, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; ", StatusPage.ContentSecurityPolicy, StringComparison.Ordinal);
        Assert.DoesNotMatch(Forbidden(), page.Markup());
    }

    [Fact]
    public void The_inlined_assets_stay_small() =>
        Assert.InRange(PageAssets.Style.Length + PageAssets.Script.Length + PageAssets.Icon.Length, 1, 25_000);

    [Fact]
    public void All_URLs_are_relative_but_for_the_one_of_Supervisor() => Assert.All(
        Url().Matches(Status(Row("a", "a"), Row("g", "b")).Markup()),
        url => Assert.Matches("^(index\\.html|tail\\.html|logtail/|mainlogtail$|data:|http://supervisord\\.org/$)", url.Groups[1].Value));

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Every_form_that_acts_carries_the_token()
    {
        var page = Status(Row("a", "a"), Row("crew", "one"), Row("crew", "two"));
        var forms = page.Split("<form ").Skip(1).Select(form => form.Split("</form>")[0]).Where(form => form.Contains("formaction=", StringComparison.Ordinal)).ToList();
        Assert.Equal(7, forms.Count); // the toolbar's, three programs', a group's, and the templates of both
        Assert.All(forms, form => Assert.Contains("<input type=\"hidden\" name=\"token\" value=\"t0ken\">", form, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_that_asks_to_confirm_a_link_escapes_what_the_link_says()
    {
        var page = Text(output => ConfirmPage.Write(output, "stop\"><script>", "a&b", "t0ken"));
        Assert.Contains("name=\"action\" value=\"stop&quot;&gt;&lt;script&gt;\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"processname\" value=\"a&amp;b\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"token\" value=\"t0ken\"", page, StringComparison.Ordinal);
    }

    [GeneratedRegex("<button name=\"action\" value=\"(\\w+)\" formaction=\"index.html\\?action=\\1\"( hidden)?>")]
    private static partial Regex Button();

    [GeneratedRegex("(?:href|action|src)=\"([^\"]*)\"")]
    private static partial Regex Url();

    /// <summary>What the policy would refuse.</summary>
    [GeneratedRegex("\\s(on\\w+|style|src|srcset)=", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();
}
