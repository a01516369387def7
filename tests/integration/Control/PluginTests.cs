using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>Sections that name Python code, which cannot be loaded: told once, and in nobody's way. Debian's refuse what they cannot import.</summary>
public sealed class PluginTests(ITestOutputHelper output) : DaemonTest(output)
{
    private const string Warning = "Warning: For [ctlplugin:x], nope:x is Python code, which cannot be loaded here; its actions are not available";

    [Theory]
    [InlineData("pid off", "", 7, "0")]
    [InlineData("status off", "", 3, "off                              STOPPED   Not started")]
    [InlineData("stop zz", "", 1, "zz: ERROR (no such process)")]
    [InlineData("tail -f zz", "", 0, "==> Press Ctrl-C to exit <==")] // one of those that wait for Ctrl-C
    [InlineData("", "pid off\\nversion\\npid off\\n", 0, "supervisor> 0\nsupervisor> 4.3.0\nsupervisor> 0\nsupervisor> ")]
    public void Supervisorctl_warns_once_of_a_plugin_and_goes_on(string action, string input, int status, string expected)
    {
        var server = new Controlled(Start, Implementation.Ours, Implementation.Ours);
        using var client = Child.Start(
            ["sh", "-c", server.Fill($"printf '{input}' | {server.ClientPath} -c {{dir}}/plugin.conf {action}")], Streams.Pipes, server.Daemon.Folder, Child.PlainEnvironment());
        Assert.Equal(ExitStatus.Exited(status), client.WaitForExit(Eventually.Patience));
        Assert.EndsWith(expected, client.Output.ToString().TrimEnd('\n'), StringComparison.Ordinal);
        Assert.Equal(Warning, Assert.Single(client.Error.Lines, line => line.Contains("plugin", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_namespace_that_is_Python_code_is_a_warning_and_the_standard_one_may_have_any_name()
    {
        // C-189, C-190: whether a module could be imported is not ours to know.
        var daemon = Start(new Launch
        {
            Program = "supervisord",
            Arguments = ["-n", "-c", "{dir}/supervisord.conf"],
            Config = """
                [supervisord]
                [unix_http_server]
                file={dir}/s.sock
                [rpcinterface:supervisor]
                supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
                [rpcinterface:other]
                supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
                [rpcinterface:twiddler]
                supervisor.rpcinterface_factory = supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface
                """,
        });
        daemon.WaitForLine("supervisord started with pid");
        Assert.EndsWith(
            "WARN For [rpcinterface:twiddler], supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface is Python code, which cannot be loaded here; its methods are not available",
            Assert.Single(daemon.Output.Lines, line => line.Contains("twiddler", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Equal(daemon.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture), Call(daemon, "other.getPID"));
        Assert.Equal(Call(daemon, "supervisor.getPID"), Call(daemon, "other.getPID"));
    }

    private static string Call(Daemon daemon, string method) => Child.Run(
        "/usr/bin/python3",
        "-c",
        $"""
        from supervisor.xmlrpc import SupervisorTransport
        from xmlrpc.client import ServerProxy
        print(ServerProxy('http://127.0.0.1', SupervisorTransport(None, None, 'unix://{daemon.PathOf("s.sock")}')).{method}())
        """);
}
