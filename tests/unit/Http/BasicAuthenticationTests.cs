using System.Text;
using Init.Config;
using Init.Http;
using Xunit;

namespace Init.Unit.Http;

public class BasicAuthenticationTests
{
    // Of `thepassword`.
    private const string Hash = "82ab876d1387bfafe46cc1c8a2ef074eae50cb1d";

    private static HttpServerConfig Server(string? username, string? password) =>
        new() { Section = "unix_http_server", Username = username, Password = password };

    private static string Basic(string credentials) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";

    private static Login Check(string credentials, string username = "user", string password = "123") =>
        BasicAuthentication.Check(Server(username, password), Basic(credentials));

    [Theory] // C-178: an empty name is no name
    [InlineData(null, null)]
    [InlineData("", "123")]
    public void Without_a_user_everyone_may(string? username, string? password)
    {
        Assert.Equal(Login.Accepted, BasicAuthentication.Check(Server(username, password), null));
        Assert.Equal(Login.Accepted, BasicAuthentication.Check(Server(username, password), "Basic !"));
    }

    [Theory]
    [InlineData("user:123", "Accepted")]
    [InlineData("user:124", "Refused")]
    [InlineData("user:1234", "Refused")]
    [InlineData("user:12", "Refused")]
    [InlineData("user:", "Refused")]
    [InlineData("User:123", "Refused")]
    [InlineData("use:123", "Refused")]
    [InlineData(":123", "Refused")]
    [InlineData("user:123 ", "Refused")]
    [InlineData("user:123\0", "Refused")]
    public void Both_must_be_right_to_the_letter(string credentials, string login) => Assert.Equal(Enum.Parse<Login>(login), Check(credentials));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basi dXNlcjoxMjM=")]
    [InlineData("Digest dXNlcjoxMjM=")]
    [InlineData("Bearer user:123")]
    [InlineData("BasicdXNlcjoxMjM=")]
    [InlineData("dXNlcjoxMjM=")]
    [InlineData(" Basic dXNlcjoxMjM=")]
    public void No_header_or_another_scheme_is_refused(string? header) =>
        Assert.Equal(Login.Refused, BasicAuthentication.Check(Server("user", "123"), header));

    [Theory]
    [InlineData("Basic")]
    [InlineData("basic")]
    [InlineData("BASIC")]
    public void The_scheme_is_of_any_case(string scheme) =>
        Assert.Equal(Login.Accepted, BasicAuthentication.Check(Server("user", "123"), $"{scheme} dXNlcjoxMjM="));

    [Theory] // R-133; without a colon Supervisor answers 500
    [InlineData("Basic !!!")]
    [InlineData("Basic dXNlcjoxMjM")]
    [InlineData("Basic dXNlcjoxMjM=, Basic dXNlcjoxMjM=")]
    [InlineData("Basic dXNlcg==")]
    [InlineData("Basic ")]
    public void Credentials_that_are_none_are_malformed(string header) =>
        Assert.Equal(Login.Malformed, BasicAuthentication.Check(Server("user", "123"), header));

    [Fact]
    public void The_first_colon_parts_them()
    {
        Assert.Equal(Login.Accepted, Check("user:a:b:", password: "a:b:"));
        Assert.Equal(Login.Refused, Check("user:a:b", username: "user:a", password: "b"));
    }

    [Fact]
    public void Names_and_passwords_are_UTF_8()
    {
        Assert.Equal(Login.Accepted, Check("b\u00e9b\u00e9:\u5bc6\U0001F600", "b\u00e9b\u00e9", "\u5bc6\U0001F600"));
        Assert.Equal(Login.Refused, Check("b\u00e9b\u00e9:\u5bc6\U0001F601", "b\u00e9b\u00e9", "\u5bc6\U0001F600"));
        Assert.Equal(Login.Refused, Check("be\u0301be\u0301:x", "b\u00e9b\u00e9", "x"));
        Assert.Equal(Login.Refused, BasicAuthentication.Check(Server("user", "\u00e9"), "Basic " + Convert.ToBase64String([.. "user:"u8, 0xE9])));
    }

    [Theory] // R-134, C-179
    [InlineData("thepassword", "{SHA}" + Hash, "Accepted")]
    [InlineData("thepassword2", "{SHA}" + Hash, "Refused")]
    [InlineData(Hash, "{SHA}" + Hash, "Refused")]
    [InlineData("{SHA}" + Hash, "{SHA}" + Hash, "Refused")]
    [InlineData("", "{SHA}", "Refused")]
    [InlineData("thepassword", "{sha}" + Hash, "Refused")]
    [InlineData("{sha}x", "{sha}x", "Accepted")]
    public void A_password_may_be_kept_as_its_hash(string given, string stored, string login) =>
        Assert.Equal(Enum.Parse<Login>(login), Check($"user:{given}", password: stored));

    [Fact]
    public void A_hash_in_upper_case_fits_nothing() =>
        Assert.Equal(Login.Refused, Check("user:thepassword", password: "{SHA}" + Hash.ToUpperInvariant()));
}
