using System.Text;
using Init.Config;
using Init.Integration.CommandLine;
using Init.Integration.Harness;
using Init.Unit.Config;
using Xunit;

namespace Init.Unit.Cli;

/// <summary>
/// A check never changes what loads: it has errors where a load has one, that one among them, and none elsewhere but for two servers on
/// one address, which a start refuses after it has loaded.
/// </summary>
public class CheckAndLoadTests
{
    public static TheoryData<string> Files => new(
        new[] { "tests/integration/scenarios", "docker" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Join(Repository.Root, folder), "*.conf", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal));

    public static TheoryData<string> Cases => new(UsageCase.All.Keys);

    [Theory]
    [MemberData(nameof(Files))]
    public void Over_the_configurations_of_this_repository(string path)
    {
        using var file = new ConfigFile();
        foreach (var name in new[] { "dir", "fixtures", "conf.d" })
            Directory.CreateDirectory(Path.Join(file.Directory, name));
        file.Write("s.conf", File.ReadAllText(Path.Join(Repository.Root, path)).Replace("{dir}", file.Directory));
        AssertAgree(file);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Over_configurations_that_are_refused(string name)
    {
        var files = UsageCase.All[name].Files;
        using var file = new ConfigFile();
        foreach (var (path, content) in files)
        {
            var full = file.Write(path == "supervisord.conf" ? "s.conf" : path, "");
            File.WriteAllBytes(full, Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(content).Replace("{dir}", file.Directory)));
        }
        AssertAgree(file);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a=b")]
    [InlineData("[supervisord]")]
    [InlineData("[supervisord]\nuser=nobody-of-that-name")]
    [InlineData("[supervisord]\nenvironment=A\n[program:a]\ncommand=/bin/cat %(ENV_A)s")]
    [InlineData("[supervisord]\nenvironment=A=%(ENV_NOPE)s\n[program:a]\ncommand=/bin/cat\nenvironment=B=%(ENV_A)s")]
    [InlineData("[program:a]\ncommand=/bin/cat\nenvironment=A=%(ENV_NOPE)s")]
    [InlineData("[program-default]\nenvironment=A=%(ENV_NOPE)s\n[program:a]\ncommand=/bin/cat\n[eventlistener:b]\ncommand=x\nevents=TICK_5")]
    [InlineData("[supervisord]\nexit_on=x\nstop_budget=0\nlog_format=x\nlog_ring=x\nlog_prefix=%(x)s\n[program:a]\ncommand=a")]
    [InlineData("[program:a]\ncommand=a\nnumprocs=0\nstartsecs=x")]
    [InlineData("[program:a]\nnumprocs=0")]
    [InlineData("[program:a]\nnumprocs=2\nprocess_name=%(x)s%(process_num)d\ncommand=b")]
    [InlineData("[program:a]\nnumprocs=2\nprocess_name=%(process_num)s%(program_name)\ncommand=b")]
    [InlineData("[program:a b]\ncommand=x\n[group:g]\nprograms=a b,c")]
    [InlineData("[group:a b]\nprograms=a\n[program:a]\ncommand=x\n[fcgi-program:a]\ncommand=x")]
    [InlineData("[fcgi-program:a]\n[fcgi-program:b]\nsocket=x\n[fcgi-program:c]\nsocket=tcp://x:1\nsocket_mode=0700\ncommand=x")]
    [InlineData("[group:g]\nprograms=a,b,c\n[program:b]\ncommand=x\ndepends_on=x,c")]
    [InlineData("[program:a]\ncommand=x\ndepends_on=b\n[program:b]\ncommand=x\ndepends_on=a,b,g:x")]
    [InlineData("[eventlistener:a]\n[eventlistener:b]\nevents=X\nredirect_stderr=true\nbuffer_size=0\ncommand=x")]
    [InlineData("[inet_http_server]\n[inet_http_server:b]\nport=x\nusername=%(x)s\npassword=b\n[unix_http_server]\nfile=\nchown=a:b:c")]
    [InlineData("[rpcinterface:x]\n[rpcinterface:y]\nsupervisor.rpcinterface_factory=supervisor.nope\nx=%(x)s")]
    [InlineData("[include]")]
    [InlineData("[include]\nfiles=%(nope)s *.nope")]
    [InlineData("[include]\nfiles=conf.d/*")]
    [InlineData("[supervisorctl]\nprompt=%(nope)s\n[ctlplugin:x]\n[progam:y]\na=b")]
    [InlineData("[program:a]\ncommand=x\nready_when=nonsense\nready_timeout=0\noneshot=2\nlimit_nofile=x\nnice=100\nuser_env=x\nenvironment_file=-")]
    [InlineData("[program-default]\nstartsecs=x\n[program:a]\ncommand=x\n[program:b]\ncommand=x")]
    public void Over_texts_with_many_faults(string lines)
    {
        using var file = new ConfigFile();
        file.Write("conf.d/a", "[program:c]\nstartsecs\n[program:d]\ncommand=x\nautostart=maybe\n");
        file.Write("s.conf", lines);
        AssertAgree(file);
        file.Write("s.conf", "[supervisord]\n" + lines);
        AssertAgree(file);
    }

    private static void AssertAgree(ConfigFile file)
    {
        foreach (var containerMode in new[] { false, true })
        {
            file.ContainerMode = containerMode;
            string? refusal = null;
            try
            {
                file.ReadFile("s.conf");
            }
            catch (ConfigException e)
            {
                refusal = e.Message.Replace(file.Directory, "DIR");
            }
            var check = Checked.OfPath(file, "s.conf");
            var errors = check.Findings.Where(finding => finding.Severity == Severity.Error).ToList();
            Assert.Equal(refusal is null, check.Plan is not null);
            if (refusal is null)
                Assert.Empty(errors);
            else
                Assert.True(errors.Exists(error => IsSame(error, refusal)), $"{refusal}\nis not among\n{string.Join("\n", check.Lines)}");
        }
    }

    /// <summary>A load also says the section and the file, lists all names there are, and all bad lines in one message.</summary>
    private static bool IsSame(Finding error, string refusal) =>
        refusal == error.Message
        || refusal.StartsWith($"{error.Message} in section '", StringComparison.Ordinal)
        || refusal.StartsWith(error.Message.Split(", did you mean ")[0] + ". Available names: ", StringComparison.Ordinal)
        || (refusal.StartsWith("Source contains parsing errors: ", StringComparison.Ordinal)
            && error.Message.StartsWith("neither [section] nor key=value: ", StringComparison.Ordinal)
            && refusal.Contains($"[line {error.Line,2}]: '", StringComparison.Ordinal))
        || (refusal.StartsWith("File contains no section headers.", StringComparison.Ordinal)
            && error.Message.StartsWith("there is no [section] before ", StringComparison.Ordinal)
            && refusal.Contains($", line: {error.Line}\n", StringComparison.Ordinal));
}
