using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class FastCgiReaderTests
{
    private static string FastCgi(string lines) => $"[supervisord]\n[fcgi-program:f]\ncommand=x\n{lines}\n";

    private static FastCgiSocketConfig Socket(string lines)
    {
        var group = Assert.Single(ConfigFile.Of(FastCgi(lines)).Groups);
        Assert.Equal(GroupKind.FastCgi, group.Kind);
        Assert.Equal(group.Socket, Assert.Single(group.Processes).Socket);
        return group.Socket!;
    }

    [Theory]
    [InlineData("unix:///tmp/x.sock", "unix:///tmp/x.sock", "/tmp/x.sock", null, 0)]
    [InlineData("unix:///tmp/../a//%(program_name)s", "unix:///a/f", "/a/f", null, 0)]
    [InlineData("tcp://LOCALhost:9000", "tcp://localhost:9000", null, "localhost", 9000)]
    [InlineData("tcp://*:1", "tcp://*:1", null, "*", 1)] // C-243
    [InlineData("tcp://[::1]:9000", "tcp://[::1]:9000", null, "::1", 9000)] // Supervisor knows no IPv6
    public void A_socket_is_a_path_or_a_host_and_port(string value, string url, string? path, string? host, int port) // C-240
    {
        var socket = Socket("socket=" + value);
        Assert.Equal((url, path, host, port), (socket.Url, socket.Path, socket.Host, socket.Port));
        Assert.Equal(path is null ? null : 0b111_000_000, socket.Mode);
        Assert.Null(socket.Backlog);
        Assert.Null(socket.Owner);
    }

    [Fact]
    public void Its_options_are_read()
    {
        var socket = Socket("socket=unix:///tmp/x\nsocket_backlog=5\nsocket_mode=0777\nsocket_owner=root");
        Assert.Equal((5, 0b111_111_111), (socket.Backlog, socket.Mode));
        Assert.Equal(new UserIdentity("root", 0, UserValues.Unchanged), socket.Owner);
        Assert.Equal(new UserIdentity("root", 0, 0), Socket("socket=unix:///tmp/x\nsocket_owner=0:0").Owner);
    }

    [Fact]
    public void A_user_of_its_own_owns_the_socket() => // C-245
        Assert.Equal(new UserIdentity(null, 3_999_999_999, 3_999_999_999), Socket("socket=unix:///tmp/x\nuser=3999999999").Owner);

    [Theory]
    [InlineData("", "[fcgi-program:f] section requires a \"socket\" line")] // C-239
    [InlineData("socket=", "[fcgi-program:f] section requires a \"socket\" line")]
    [InlineData("socket=bogus", "('Bad socket format %s', 'bogus') in [fcgi-program:f] socket")]
    [InlineData("socket=tcp://x", "('Bad socket format %s', 'tcp://x') in [fcgi-program:f] socket")]
    [InlineData("socket=tcp://a:b:1", "('Bad socket format %s', 'tcp://a:b:1') in [fcgi-program:f] socket")]
    [InlineData("socket=TCP://x:1", "('Bad socket format %s', 'TCP://x:1') in [fcgi-program:f] socket")]
    [InlineData("socket=unix://rel/path", "('Unix socket path %s is not an absolute path', 'rel/path') in [fcgi-program:f] socket")] // C-241
    [InlineData("socket=tcp://x:0", "0 is below lower bound (1) in [fcgi-program:f] socket")] // C-242
    [InlineData("socket=tcp://x:99999", "99999 is above upper bound (65535) in [fcgi-program:f] socket")]
    [InlineData("socket=tcp://x:1\nsocket_mode=0700",
        "socket_owner and socket_mode params should only be used with a Unix domain socket in [fcgi-program:f] socket")] // C-247
    [InlineData("socket_backlog=0", "Invalid socket_backlog value 0")] // C-244
    [InlineData("socket_backlog=65536", "Invalid socket_backlog value 65536")]
    [InlineData("socket_backlog=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("socket_owner=nosuch", "Invalid socket_owner value nosuch")]
    [InlineData("socket_owner=root:nosuch", "Invalid socket_owner value root:nosuch")]
    [InlineData("socket_mode=xyz", "Invalid socket_mode value xyz")] // C-246
    [InlineData("user=nosuch", "Invalid user name nosuch")]
    [InlineData("socket=unix:///%(process_num)s", "Format string 'unix:///%(process_num)s' for 'fcgi-program:f.socket' contains names "
        + "('process_num') which cannot be expanded. Available names: ENV_COLOUR, ENV_HOME, here, program_name")] // C-080
    [InlineData("socket=tcp://x:1\nstartsecs=q", "invalid literal for int() with base 10: 'q' in section 'fcgi-program:f' (file: 'FILE')")]
    public void A_bad_socket_gets_Supervisors_message(string lines, string expected) => Assert.Equal(expected, ConfigFile.ErrorOf(FastCgi(lines)));
}
