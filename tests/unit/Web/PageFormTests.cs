using System.Text;
using Init.Web;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Init.Unit.Web;

public class PageFormTests
{
    private static Task<PageForm> ReadAsync(string query, string? body = null, string type = "application/x-www-form-urlencoded")
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        if (body is not null)
        {
            context.Request.ContentType = type;
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        }
        return PageForm.ReadAsync(context);
    }

    [Fact] // E-078
    public async Task The_body_wins_and_of_one_name_the_first_of_a_query_and_the_last_of_a_body()
    {
        var form = await ReadAsync("?a=1&a=2&b=3&c=4", "b=5&b=6&d=7");
        Assert.Equal(["1", "6", "4", "7", null], new[] { "a", "b", "c", "d", "e" }.Select(name => form[name]));
    }

    [Fact]
    public async Task Values_are_decoded()
    {
        var form = await ReadAsync("?processname=g%3Aa+b&empty=", "message=caf%C3%A9+%26");
        Assert.Equal(["g:a b", "", "caf\u00e9 &"], new[] { "processname", "empty", "message" }.Select(name => form[name]));
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_not_read() => Assert.Null((await ReadAsync("", "a=1", "text/plain"))["a"]);
}
