using Init.Integration.Harness;
using Mono.Unix.Native;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Pid1;

/// <summary>Roots without a C library, without a shell, without anything: made once for the tests that run in them.</summary>
public sealed class Roots : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("init-roots-").FullName;

    public Roots()
    {
        Make("scratch", []);
        Make("distroless", ["etc", "tmp", "home/nonroot"], root =>
        {
            File.WriteAllText(root + "/etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n");
            File.WriteAllText(root + "/etc/group", "root:x:0:\nnonroot:x:65532:\n");
            File.WriteAllText(root + "/etc/nsswitch.conf", "passwd: files systemd\ngroup: files systemd\nhosts: files dns\n");
        });
        Make("alpine", ["bin", "etc", "tmp"], root =>
        {
            File.Copy("/usr/bin/busybox", root + "/bin/busybox");
            foreach (var applet in new[] { "sh", "sleep", "cat", "echo", "true" })
                File.CreateSymbolicLink(root + "/bin/" + applet, "busybox");
            File.WriteAllText(root + "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n");
        });
    }

    public static string ImageOf(string root) => root == "debian" ? Engine.Debian : "localhost/init-test-" + root;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Make(string name, string[] folders, Action<string>? fill = null)
    {
        var root = Path.Combine(_folder, name);
        Directory.CreateDirectory(root);
        foreach (var folder in folders)
            Directory.CreateDirectory(Path.Combine(root, folder));
        fill?.Invoke(root);
        Engine.ImageOf(ImageOf(name), root);
    }
}

/// <summary>The same binary under any root and any restriction.</summary>
public sealed class RootTests(ITestOutputHelper output, Roots roots) : DaemonTest(output), IClassFixture<Roots>
{
    // The one program that every root can run: static, mounted at /app.
    private static readonly string[] _app = ["--volume", "/usr/bin/busybox:/app/busybox:ro"];

    private static readonly string[] _restricted = ["--read-only", "--read-only-tmpfs=false", "--user", "12345", "--cap-drop=ALL", "--security-opt", "no-new-privileges"];

    private const string Config = """
        [supervisord]
        [program:talks]
        command=/app/busybox sh -c "echo it runs; echo it complains >&2; exec /app/busybox sleep 600"
        [program:ends]
        command=/app/busybox sh -c "exit 3"
        startsecs=0
        autorestart=false
        """;

    [Theory]
    [InlineData("debian", false)]
    [InlineData("alpine", false)]
    [InlineData("distroless", false)]
    [InlineData("scratch", false)]
    [InlineData("debian", true)]
    [InlineData("alpine", true)]
    [InlineData("distroless", true)]
    [InlineData("scratch", true)]
    public void It_runs_read_only_without_a_user_a_capability_or_a_network(string root, bool terminal)
    {
        Assert.NotNull(roots);
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            Image = Roots.ImageOf(root),
            Streams = terminal ? Streams.Terminal : Streams.Pipes,
            EngineOptions = [.. _app, .. _restricted],
            Config = Config,
        });
        daemon.WaitForLine("success: talks");
        daemon.WaitForLine("it runs");
        if (terminal)
            daemon.WaitForLine("it complains");
        else
            daemon.WaitForErrorLine("it complains");
        daemon.WaitForLine(@"exited: ends \(exit status 3; not expected\)");
        daemon.Kill("talks", Signum.SIGKILL);
        daemon.WaitForLine("success: talks", 2);
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
        Assert.DoesNotContain(daemon.Output.Lines, line => line.Contains(" CRIT ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("distroless", "nonroot", 65532)]
    [InlineData("alpine", "nobody", 65534)]
    [InlineData("scratch", "12345", 12345)]
    [InlineData("debian", "12345", 12345)]
    public void A_program_runs_as_its_user_under_any_root(string root, string user, int uid)
    {
        // A number without a passwd entry is taken as it is; Supervisor refuses the whole start.
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            Image = Roots.ImageOf(root),
            EngineOptions = _app,
            Config = $"""
                [supervisord]
                [program:who]
                command=/app/busybox sh -c "/app/busybox id -u; exec /app/busybox sleep 600"
                user={user}
                """,
        });
        daemon.WaitForLine($@"\b{uid}$");
        daemon.WaitForLine("success: who");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Theory]
    [InlineData("debian")]
    [InlineData("scratch")]
    public void An_unknown_user_is_refused_under_any_root(string root)
    {
        // A static C library that follows "passwd: files systemd" crashes here.
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            Image = Roots.ImageOf(root),
            Config = "[supervisord]\n[program:x]\ncommand=cat\nuser=nosuch\n",
        });
        Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
        daemon.WaitForErrorLine("^Error: Invalid user name nosuch in section 'program:x'");
    }

    [Fact]
    public void It_lives_in_32_megabytes_with_ten_programs()
    {
        var daemon = Start(new Launch
        {
            Place = Place.Container,
            EngineOptions = ["--memory", "32m", "--memory-swap", "32m"],
            Config = """
                [supervisord]
                [program:p]
                command=sh -c "echo ready; exec sleep 600"
                process_name=%(program_name)s%(process_num)d
                numprocs=10
                [program:floods]
                command={fixtures}/lines 200000 flood 100
                startsecs=0
                autorestart=false
                """,
        });
        daemon.WaitForLine("success: p", 10);
        daemon.WaitForLine("flood done", timeout: TimeSpan.FromSeconds(60));
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void Without_a_configuration_it_says_where_it_looked()
    {
        // C-035, C-036
        var daemon = Start(new Launch { Place = Place.Container, Image = Roots.ImageOf("scratch"), Arguments = [] });
        Assert.Equal(ExitStatus.Exited(2), daemon.WaitForExit());
        daemon.WaitForErrorLine(@"^Error: No config file found at default paths \(/etc/supervisord.conf, /supervisord.conf, supervisord.conf, etc/supervisord.conf, /etc/supervisord.conf, /etc/supervisor/supervisord.conf\); use the -c option to specify a config file at a different path$");
    }
}
