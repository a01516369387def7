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

    [Fact]
    public void Errors_of_programs_come_before_those_of_servers() =>
        Assert.StartsWith("program section", ConfigFile.ErrorOf("[supervisord]\n[inet_http_server]\n[program:x]\n"));
}
