using System.Text;
using System.Text.RegularExpressions;
using Init.Cli;
using Xunit;

namespace Init.Unit.Cli;

public sealed partial class SampleConfigurationTests
{
    private static readonly string _text = Encoding.UTF8.GetString(SampleConfiguration.Text);

    [Fact]
    public void Every_option_of_supervisor_is_in_it()
    {
        string[] options =
        [
            .. "file chmod chown username password port logfile logfile_maxbytes logfile_backups loglevel pidfile nodaemon silent minfds minprocs umask user identifier directory nocleanup childlogdir environment strip_ansi".Split(' '),
            .. "serverurl prompt history_file command process_name numprocs numprocs_start priority autostart startsecs startretries autorestart exitcodes stopsignal stopwaitsecs stopasgroup killasgroup redirect_stderr".Split(' '),
            .. "events buffer_size result_handler socket socket_backlog socket_owner socket_mode programs files".Split(' '),
            .. from stream in new[] { "stdout", "stderr" } from option in "logfile logfile_maxbytes logfile_backups capture_maxbytes events_enabled syslog".Split(' ') select $"{stream}_{option}",
        ];
        foreach (var option in options)
            Assert.Matches($"(?m)^;?{option} ?=", _text);
    }

    [Fact]
    public void Every_line_of_it_can_be_switched_on()
    {
        var all = Option().Replace(_text, "$1").Replace("programs=progname1,progname2", "programs=theprogramname");
        var configuration = Config.ConfigFile.Of(all);
        Assert.Equal(["theeventlistenername", "thefcgiprogramname", "thegroupname"], configuration.Groups.Select(group => group.Name).Order());
        Assert.Equal(2, configuration.HttpServers.Count);
    }

    [GeneratedRegex(@"(?m)^;(\[|[a-z_]+ ?=)")]
    private static partial Regex Option();
}
