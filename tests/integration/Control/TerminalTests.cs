using System.Globalization;
using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Control;

/// <summary>What needs a terminal, a Ctrl-C or a stream: ours against each supervisord.</summary>
public sealed class TerminalTests(ITestOutputHelper output) : DaemonTest(output)
{
    private Controlled? _controlled;

    private Controlled Server => _controlled ?? throw new InvalidOperationException("No supervisord has been started.");

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void The_shell_edits_completes_and_recalls_lines(Implementation daemon)
    {
        Serve(daemon);
        // T-119, T-125, T-122
        using var shell = StartClient(Streams.Terminal, "-c {dir}/supervisord.conf");
        AwaitPrompt(shell);
        shell.Type("sta\t\t"); // start and status
        Await(shell, "start  status");
        shell.Type("tus mu\t00\t\r"); // multi:multi_00
        Await(shell, @"^multi:multi_00 +RUNNING");
        AwaitPrompt(shell);
        shell.Type("\x1b[A\x01\x0bversion\x1b[D\x1b[DX\x7f\r");
        Await(shell, @"^4\.");
        AwaitPrompt(shell);
        shell.Type("pid zzz\x15pid off\r");
        Await(shell, "^0$");
        AwaitPrompt(shell);
        shell.Type("\x03");
        Assert.Equal(ExitStatus.Exited(0), shell.WaitForExit(Eventually.Patience));
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void The_shell_ends_at_the_end_of_input_and_keeps_its_history(Implementation daemon)
    {
        Serve(daemon);
        // T-109, T-124
        var server = Server;
        File.WriteAllText(server.Daemon.PathOf("history"), "pid off\n");
        using var shell = StartClient(Streams.Terminal, "-r history -c {dir}/supervisord.conf");
        AwaitPrompt(shell);
        shell.Type("\x1b[A\r");
        Await(shell, "^0$");
        AwaitPrompt(shell);
        shell.Type("version\r");
        Await(shell, @"^4\.");
        AwaitPrompt(shell);
        shell.Type("\x04");
        Assert.Equal(ExitStatus.Exited(0), shell.WaitForExit(Eventually.Patience));
        Assert.Equal("pid off\nversion\n", server.Daemon.Read("history"));
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void A_login_is_asked_for_until_it_is_right(Implementation daemon)
    {
        Serve(daemon);
        // T-034
        using var client = StartClient(Streams.Terminal, "-s http://127.0.0.1:{port} -i pid off");
        Await(client, "^Username:");
        client.Type("joe\n");
        Await(client, "^Password:");
        client.Type("wrong\n");
        Await(client, "^Username:", times: 2);
        client.Type("joe\n");
        Await(client, "^Password:", times: 2);
        client.Type("secret\n");
        Await(client, "^0$");
        Await(client, "^off +STOPPED"); // -i: a shell follows, and is logged in
        client.Type("quit\r");
        Assert.Equal(ExitStatus.Exited(0), client.WaitForExit(Eventually.Patience));
        Assert.DoesNotContain("secret", client.Output.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<Implementation, bool> OnTerminalOrNot
    {
        get
        {
            var data = new TheoryData<Implementation, bool>();
            foreach (var daemon in Servers.All)
            {
                data.Add(daemon, false);
                data.Add(daemon, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(OnTerminalOrNot))]
    public void A_followed_log_ends_with_Ctrl_C_and_an_empty_line(Implementation daemon, bool onTerminal)
    {
        Serve(daemon);
        // T-077
        using var client = StartClient(onTerminal ? Streams.Terminal : Streams.Pipes, "-c {dir}/supervisord.conf tail -f say");
        Await(client, "^==> Press Ctrl-C to exit <==$");
        Await(client, "^line 3: <&> é$");
        client.Signal(Signum.SIGINT);
        Assert.Equal(ExitStatus.Exited(0), client.WaitForExit(Eventually.Patience));
        Assert.EndsWith("line 3: <&> é\n", client.Output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void A_followed_log_goes_on_as_it_grows(Implementation daemon)
    {
        Serve(daemon);
        using var client = StartClient(Streams.Pipes, "-c {dir}/supervisord.conf maintail -f");
        Await(client, "success: say");
        Child.Run("sh", "-c", Server.Fill($"{Server.ClientPath} -c {{dir}}/supervisord.conf start off"));
        Await(client, "success: off");
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void A_follower_ends_when_nobody_reads_it(Implementation daemon)
    {
        Serve(daemon);
        using var client = Child.Start(
            ["sh", "-c", Server.Fill($"{Server.ClientPath} -c {{dir}}/supervisord.conf maintail -f | head -n 2")], Streams.Pipes, Server.Daemon.Folder, Child.PlainEnvironment());
        Await(client, "Press Ctrl-C");
        Child.Run("sh", "-c", Server.Fill($"{Server.ClientPath} -c {{dir}}/supervisord.conf start off"));
        Assert.Equal(ExitStatus.Exited(0), client.WaitForExit(Eventually.Patience));
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void The_foreground_takes_lines_and_shows_both_streams(Implementation daemon)
    {
        Serve(daemon);
        // T-111, T-113, X-023
        using var client = StartClient(Streams.Terminal, "-c {dir}/supervisord.conf fg cat");
        Await(client, "^==> Press Ctrl-C to exit <==$");
        foreach (var line in new[] { "Hi", "Hello", "The Øresund bridge ends in Malmö" })
        {
            client.Type(line + "\n");
            Await(client, $"^{line}$", times: 2); // the terminal's echo, and cat's answer
        }
        client.Type("\x03");
        Assert.Equal(ExitStatus.Exited(0), client.WaitForExit(TimeSpan.FromSeconds(2))); // Supervisor lingers for 30 s
        Assert.EndsWith("Exiting foreground", client.Output.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void The_foreground_on_a_pipe_shows_the_last_answer(Implementation daemon)
    {
        Serve(daemon);
        // T-113: Supervisor's stays for 30 s
        using var client = Child.Start(
            ["sh", "-c", Server.Fill($"printf 'Hi\\nlast' | {Server.ClientPath} -c {{dir}}/supervisord.conf fg cat")], Streams.Pipes, Server.Daemon.Folder, Child.PlainEnvironment());
        Assert.Equal(ExitStatus.Exited(0), client.WaitForExit(Eventually.Patience));
        Assert.Equal("==> Press Ctrl-C to exit <==\nHi\nlast\nExiting foreground", client.Output.ToString());
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void The_foreground_of_a_program_that_has_ended_says_so(Implementation daemon)
    {
        Serve(daemon);
        // T-112
        using var client = StartClient(Streams.Terminal, "-c {dir}/supervisord.conf fg cat");
        Await(client, "^==> Press Ctrl-C to exit <==$");
        Child.Run("sh", "-c", Server.Fill($"{Server.ClientPath} -c {{dir}}/supervisord.conf stop cat"));
        client.Type("anybody?\n");
        Await(client, "^Process got killed$");
        Await(client, "^Exiting foreground$");
        Assert.Equal(ExitStatus.Exited(0), client.WaitForExit(Eventually.Patience));
    }

    [Theory]
    [MemberData(nameof(Servers.Each), MemberType = typeof(Servers))]
    public void Ctrl_C_ends_a_wait_for_a_method(Implementation daemon)
    {
        Serve(daemon);
        using var client = StartClient(Streams.Terminal, "-c {dir}/supervisord.conf");
        Await(client, @"^supervisor> $");
        client.Type("start slow\r");
        Server.Daemon.WaitForLine("spawned: 'slow'");
        client.Type("\x03");
        Assert.Equal(ExitStatus.Exited(0), client.WaitForExit(TimeSpan.FromSeconds(2)));
    }

    [Theory]
    [InlineData(Signum.SIGTERM, "")]
    [InlineData(Signum.SIGHUP, "")]
    [InlineData(Signum.SIGTERM, "status --watch")]
    public void A_signal_that_ends_the_shell_leaves_the_terminal_as_it_was(Signum signal, string line)
    {
        Serve(Implementation.Ours);
        var client = Server.Fill($"{Server.ClientPath} -c {{dir}}/supervisord.conf");
        using var shell = Child.Start(
            ["sh", "-c", $"sh -c 'echo pid $$; exec {client}'; echo ended with $?; stty -a"], Streams.Terminal, Server.Daemon.Folder, Child.PlainEnvironment());
        AwaitPrompt(shell);
        if (line.Length > 0)
        {
            shell.Type(line + "\r");
            Await(shell, @"\x1b\[\?1049h");
        }
        var pid = int.Parse(System.Text.RegularExpressions.Regex.Match(shell.Output.ToString(), @"pid (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(0, Posix.kill(pid, (int)signal));
        Await(shell, $"ended with {128 + (int)signal}$");
        Await(shell, "[^-]icanon");
        Await(shell, "[^-]echo ");
        Assert.Equal(line.Length > 0, shell.Output.ToString().Contains("\x1b[?25h\x1b[?1049l", StringComparison.Ordinal));
    }

    private void Serve(Implementation daemon) => _controlled = new Controlled(
        Start, daemon, Implementation.Ours, "[program:slow]\ncommand=sleep 1000\nautostart=false\nstartsecs=60\n");

    private Child StartClient(Streams streams, string words) => Child.Start(
        [Server.ClientPath, .. Server.Fill(words).Split(' ')], streams, Server.Daemon.Folder, Child.PlainEnvironment());

    /// <summary>Before it, the terminal is in its usual mode, in which a control character means something else.</summary>
    private void AwaitPrompt(Child shell) => Await(shell, "^supervisor> $");

    private void Await(Child client, string pattern, int times = 1)
    {
        if (client.Output.WaitFor(new System.Text.RegularExpressions.Regex(pattern), Eventually.Patience, times) is null)
            throw Server.Daemon.Failure($"{client.Command} did not say {pattern}:\n{client.Output}\n{client.Error}");
    }
}
