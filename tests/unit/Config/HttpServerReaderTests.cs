using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class HttpServerReaderTests
{
    [Fact]
    public void Inet_servers_come_before_unix_servers_and_prefixes_count() // C-171
    {
        using var file = new ConfigFile();
        var servers = file.Read("""
            [supervisord]
            [unix_http_server:one]
            file=%(here)s/a/../one.sock
            [inet_http_serverfoo]
            port=2
            [unix_http_server]
            file= ~/two.sock
            [inet_http_server:x]
            port=*:3
            """).HttpServers;
        Assert.Equal(["inet_http_serverfoo", "inet_http_server:x", "unix_http_server:one", "unix_http_server"], servers.Select(s => s.Section));
        Assert.Equal(["", "", null, null], servers.Select(s => s.Host));
        Assert.Equal([2, 3, 0, 0], servers.Select(s => s.Port));
        Assert.Equal([null, null, file.Directory + "/one.sock", file.Directory + "/two.sock"], servers.Select(s => s.Path));
    }

    [Fact]
    public void A_unix_server_has_a_mode_and_an_owner()
    {
        var server = Assert.Single(ConfigFile.Of("[supervisord]\n[unix_http_server]\nfile=/tmp/x\n").HttpServers);
        Assert.Equal((0b111_000_000, -1, -1), (server.Chmod, server.ChownUid, server.ChownGid)); // C-174, C-175
        Assert.Null(server.Username);
        server = Assert.Single(ConfigFile.Of("[supervisord]\n[unix_http_server]\nfile=/tmp/x\nchmod=0770\nchown=root\nusername=\npassword=a%%b\n").HttpServers);
        Assert.Equal((0b111_111_000, 0, -1), (server.Chmod, server.ChownUid, server.ChownGid));
        Assert.Equal(("", "a%b"), (server.Username, server.Password)); // C-075, C-178
        server = Assert.Single(ConfigFile.Of("[supervisord]\n[unix_http_server]\nfile=/tmp/x\nchown=0:0\n").HttpServers);
        Assert.Equal((0, 0), (server.ChownUid, server.ChownGid));
    }

    [Theory]
    [InlineData("[unix_http_server]", "section [unix_http_server] has no file value")] // C-172
    [InlineData("[unix_http_server:x]\nfile=", "section [unix_http_server:x] has no file value")] // unlike C-173
    [InlineData("[unix_http_server]\nfile=/x\nchmod=xyz", "Invalid chmod value xyz")]
    [InlineData("[unix_http_server]\nfile=/x\nchown=root.root", "Invalid sockchown value root.root")]
    [InlineData("[unix_http_server]\nfile=/x\nchown=root:nosuch", "Invalid sockchown value root:nosuch")]
    [InlineData("[unix_http_server]\nfile=/x\nusername=u", "Section [unix_http_server] contains incomplete authentication: "
        + "If a username or a password is specified, both the username and password must be specified")] // C-177
    [InlineData("[inet_http_server]\nport=1\npassword=p", "Section [inet_http_server] contains incomplete authentication: "
        + "If a username or a password is specified, both the username and password must be specified")]
    [InlineData("[inet_http_server]", "section [inet_http_server] has no port value")] // C-176
    [InlineData("[inet_http_server]\nport=x", "not a valid port number: 'x' ")]
    [InlineData("[inet_http_server]\nport=%(here)s", "Format string '%(here)s' for 'inet_http_server.port' contains names ('here') which cannot be "
        + "expanded. Available names: ENV_COLOUR, ENV_HOME")] // C-075
    public void A_bad_server_gets_Supervisors_message(string section, string expected) =>
        Assert.Equal(expected, ConfigFile.ErrorOf($"[supervisord]\n{section}\n"));

    /// <summary>A variable that is not set and a secret that is not there yet must not open the server to all.</summary>
    [Theory]
    [InlineData("inet_http_server", "username", "%(ENV_NOPE|)s", "x")]
    [InlineData("unix_http_server:a", "username", " %(ENV_NOPE|)s ", "x")]
    [InlineData("inet_http_server:b", "password", "%(ENV_NOPE|)s", "x")]
    [InlineData("unix_http_server", "password", "{SHA}%(ENV_NOPE|)s", "x")]
    [InlineData("inet_http_server", "password", "%(ENV_NOPE|)s%(ENV_NOPE| )s", "x")]
    [InlineData("inet_http_server", "username", "%(FILE_{dir}/empty)s", "x")]
    public void A_login_that_an_expression_makes_empty_is_an_error(string section, string key, string value, string other)
    {
        using var file = new ConfigFile();
        File.WriteAllText(Path.Combine(file.Directory, "empty"), "\n");
        value = value.Replace("{dir}", file.Directory, StringComparison.Ordinal);
        var address = section[0] == 'i' ? "port=9001" : "file=/tmp/x";
        var error = Assert.Throws<ConfigException>(() => file.Read($"[supervisord]\n[{section}]\n{address}\n{key}={value}\n{(key == "username" ? "password" : "username")}={other}\n"));
        Assert.Matches($"^Format string '.*' for '{section}.{key}' gives an empty value, which is no login in section '{section}' \\(file: '.*'\\)$", error.Message);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("joe%(ENV_NOPE|)s", "joe")]
    [InlineData("%(ENV_COLOUR)s", "blue%s")]
    public void What_is_written_as_nothing_or_gives_something_is_a_login_as_ever(string written, string username) =>
        Assert.Equal(username, Assert.Single(ConfigFile.Of($"[supervisord]\n[inet_http_server]\nport=1\nusername={written}\npassword=x\n").HttpServers).Username);

    [Fact]
    public void Names_that_may_be_asked_by_are_a_list()
    {
        Assert.Equal(["a.example", "*.b.example", "*"], Hosts("a.example, *.b.example\n  *"));
        Assert.Empty(Hosts(""));
        foreach (var wrong in new[] { "a/b", "*.", "*a.example", "http://a.example", "a.example:80" })
            Assert.StartsWith($"invalid 'allowed_hosts' value '{wrong}' in section 'inet_http_server'",
                ConfigFile.ErrorOf($"[supervisord]\n[inet_http_server]\nport=1\nallowed_hosts={wrong}\n"), StringComparison.Ordinal);

        static IReadOnlyList<string> Hosts(string text) =>
            Assert.Single(ConfigFile.Of($"[supervisord]\n[inet_http_server]\nport=1\nallowed_hosts={text}\n").HttpServers).AllowedHosts;
    }

    [Fact]
    public void Errors_of_programs_come_before_those_of_servers() =>
        Assert.StartsWith("program section", ConfigFile.ErrorOf("[supervisord]\n[inet_http_server]\n[program:x]\n"));
}
