using Init.Cli;
using Init.Config;
using Xunit;

namespace Init.Unit.Cli;

public class SupervisordOptionsTests
{
    private static SupervisordOptions Parse(params string[] arguments) =>
        SupervisordOptions.Parse(arguments, new PathValues("/", new Dictionary<string, string> { ["HOME"] = "/tmp" }));

    private static string ErrorOf(params string[] arguments) => Assert.Throws<UsageException>(() => Parse(arguments)).Message;

    [Fact]
    public void No_option_says_nothing() => Assert.Equal(new SupervisordOptions(), Parse());

    [Fact]
    public void Every_short_option_is_read() // C-003 to C-020
    {
        var options = Parse("-c", "a.conf", "-nskt", "-uroot", "-m022", "-d/tmp", "-l", "~/x.log", "-y1MB", "-z", "3", "-eWARN", "-j", "p.pid",
            "-i", "an id", "-q", "/tmp", "-a", "5");
        Assert.Equal("a.conf", options.ConfigFile);
        Assert.Equal(new CommandLineValues
        {
            NoDaemon = true,
            Silent = true,
            NoCleanup = true,
            StripAnsi = true,
            User = "root",
            Umask = 18,
            Directory = "/tmp",
            Logfile = "/tmp/x.log",
            LogfileMaxBytes = 1048576,
            LogfileBackups = 3,
            LogLevel = LogLevel.Warn,
            Pidfile = "p.pid",
            Identifier = "an id",
            ChildLogDir = "/tmp",
            MinFds = 5,
        }, options.Values);
    }

    [Fact]
    public void Every_long_option_is_read_and_may_be_cut_short()
    {
        var options = Parse("--configuration=a.conf", "--nod", "--si", "--noc", "--st", "--us=root", "--um", "022", "--dir=/tmp", "--logfile=x.log",
            "--logfile_m=1MB", "--logfile_b=3", "--logl", "warn", "--pid=p.pid", "--id=an id", "--ch=/tmp", "--minf=5", "--minp=6",
            "--profile_options=cumulative,callers");
        Assert.Equal("a.conf", options.ConfigFile);
        Assert.Equal("cumulative,callers", options.ProfileOptions); // C-022: accepted, ignored
        Assert.Equal(new CommandLineValues
        {
            NoDaemon = true,
            Silent = true,
            NoCleanup = true,
            StripAnsi = true,
            User = "root",
            Umask = 18,
            Directory = "/tmp",
            Logfile = "x.log",
            LogfileMaxBytes = 1048576,
            LogfileBackups = 3,
            LogLevel = LogLevel.Warn,
            Pidfile = "p.pid",
            Identifier = "an id",
            ChildLogDir = "/tmp",
            MinFds = 5,
            MinProcs = 6,
        }, options.Values);
    }

    [Theory]
    [InlineData("option --bogus not recognized", "--bogus")] // C-024
    [InlineData("option -Z not recognized", "-nZ")]
    [InlineData("option -: not recognized", "-:")]
    [InlineData("option -c requires argument", "-c")] // C-025
    [InlineData("option -c requires argument", "-nc")]
    [InlineData("option --minprocs requires argument", "--minp")]
    [InlineData("option --silent must not have an argument", "--silent=1")] // C-026
    [InlineData("option --silent must not have an argument", "--sil=")]
    [InlineData("option --log not a unique prefix", "--log")] // C-027
    [InlineData("option -- not a unique prefix", "--=x")]
    [InlineData("positional arguments are not supported: ['positional']", "positional")] // C-002
    [InlineData("positional arguments are not supported: ['a', '-Z']", "-n", "a", "-Z")] // C-001: options end at the first other word
    [InlineData("positional arguments are not supported: ['-n', \"it's\"]", "--", "-n", "it's")]
    [InlineData("positional arguments are not supported: ['-']", "-")]
    [InlineData("positional arguments are not supported: ['']", "")]
    [InlineData("conflicting command line option '-n'", "-n", "-n")] // C-028
    [InlineData("conflicting command line option '--nodaemon'", "-n", "--nod")]
    [InlineData("conflicting command line option '--configuration'", "-ca", "--conf=b")]
    [InlineData("conflicting command line option '-z'", "-z0", "-z0")]
    [InlineData("invalid value for -m 'zz': zz can not be converted to an octal type", "-m", "zz")] // C-029
    [InlineData("invalid value for --umask '9': 9 can not be converted to an octal type", "--um=9")]
    [InlineData("invalid value for -d '/nope': /nope is not an existing directory", "-d", "/nope")]
    [InlineData("invalid value for -q '': is not an existing directory", "-q", "")]
    [InlineData("invalid value for -l '/nope/x': The directory named as part of the path /nope/x does not exist", "-l", "/nope/x")]
    [InlineData("invalid value for -j '/nope/x': The directory named as part of the path /nope/x does not exist", "-j", "/nope/x")]
    [InlineData("invalid value for -y '1TB': invalid literal for int() with base 10: '1tb'", "-y", "1TB")]
    [InlineData("invalid value for -z 'x': invalid literal for int() with base 10: 'x'", "-z", "x")]
    [InlineData("invalid value for -e 'warning': bad logging level name 'warning'", "-e", "warning")]
    [InlineData("invalid value for -a 'x': invalid literal for int() with base 10: 'x'", "-a", "x")]
    [InlineData("invalid value for --minprocs 'x': invalid literal for int() with base 10: 'x'", "--minprocs=x")]
    [InlineData("invalid value for -c '': the name of a file is needed", "-c", "")] // C-032: Supervisor breaks
    public void A_bad_command_line_gets_Supervisors_message(string expected, params string[] arguments) =>
        Assert.Equal(expected.Replace("'': is", "'':  is"), ErrorOf(arguments));

    [Theory] // C-023: malformed options anywhere, then other words, then from left to right
    [InlineData("option -Z not recognized", "-h", "-mzz", "-Z")]
    [InlineData("positional arguments are not supported: ['x']", "-h", "-mzz", "x")]
    [InlineData("invalid value for -m 'zz': zz can not be converted to an octal type", "-mzz", "-h")]
    public void Errors_come_in_their_order(string expected, params string[] arguments) => Assert.Equal(expected, ErrorOf(arguments));

    [Theory]
    [InlineData("-h")]
    [InlineData("-?")]
    [InlineData("--help")]
    [InlineData("--h")]
    [InlineData("-nh", "-mzz")]
    [InlineData("-h", "-v", "-n", "-n")]
    public void Help_takes_effect_at_once(params string[] arguments) => Assert.True(Parse(arguments).Help);

    [Theory]
    [InlineData("-v")]
    [InlineData("--version")]
    [InlineData("-v", "-h", "-mzz")]
    public void Version_takes_effect_at_once(params string[] arguments) => Assert.True(Parse(arguments) is { Version: true, Help: false });

    [Fact]
    public void The_version_is_the_Supervisors_that_is_followed() => Assert.Equal("4.3.0", SupervisordOptions.SupervisorVersion);

    [Fact]
    public void Help_names_every_option() // C-006
    {
        var help = SupervisordOptions.HelpText("/usr/bin/supervisord");
        Assert.StartsWith("supervisord -- run a set of applications as daemons.\n", help);
        Assert.Contains("/usr/bin/supervisord [options]\n", help);
        Assert.Contains("\n-l/--logfile FILENAME -- use FILENAME as logfile path\n", help);
        Assert.All(new[] { "-c/--configuration", "-n/--nodaemon", "-s/--silent", "-h/--help/-?", "-v/--version", "-u/--user", "-m/--umask",
            "-d/--directory", "-y/--logfile_maxbytes", "-z/--logfile_backups", "-e/--loglevel", "-j/--pidfile", "-i/--identifier",
            "-q/--childlogdir", "-k/--nocleanup", "-a/--minfds", "-t/--strip_ansi", "--minprocs", "--profile_options" },
            option => Assert.Contains("\n" + option, help));
        Assert.EndsWith("\n", help);
    }

    [Fact]
    public void A_user_is_not_looked_up_here() => Assert.Equal("nosuch", Parse("-u", "nosuch").Values.User); // C-030

    [Fact]
    public void A_check_is_asked_for_in_full()
    {
        Assert.Equal(new SupervisordOptions { Check = true, ConfigFile = "a" }, Parse("--check", "-c", "a"));
        Assert.Equal(new SupervisordOptions { Check = true, Strict = true, Json = true }, Parse("--json", "--check", "--strict"));
        Assert.Equal("/tmp", Parse("--ch", "/tmp").Values.ChildLogDir); // as before there was a check
        Assert.True(Parse("--check", "--st").Values.StripAnsi);
    }

    [Fact]
    public void Without_a_check_its_options_are_unknown()
    {
        Assert.Equal("option --strict not recognized", ErrorOf("--strict"));
        Assert.Equal("option --json not recognized", ErrorOf("-n", "--json"));
        Assert.Equal("option --json not recognized", ErrorOf("--json", "-c", "--check"));
        Assert.Equal("--check", Parse("-c", "--check").ConfigFile);
        Assert.Equal("option --check must not have an argument", ErrorOf("--check=1"));
    }
}
