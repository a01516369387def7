using Init.Integration.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Init.Integration.Configured;

/// <summary>LC_CTYPE where nobody has set a locale, as in most images: beside what the scenarios compare.</summary>
public sealed class LocaleTests(ITestOutputHelper output) : DaemonTest(output)
{
    private static readonly string[] _withoutLocale = ["env", "-u", "LANG", "-u", "LC_ALL", "-u", "LC_CTYPE"];

    [Fact]
    public void Called_init_it_sets_it_too()
    {
        var daemon = Start(new Launch
        {
            Wrapper = _withoutLocale,
            Config = """
                [supervisord]
                [program:says]
                command=sh -c "echo $LC_CTYPE and %(ENV_LC_CTYPE)s; exec sleep 600"
                """,
        });
        daemon.WaitForLine(@"C\.UTF-8 and C\.UTF-8$");
        Assert.Equal(ExitStatus.Exited(0), daemon.Stop());
    }

    [Fact]
    public void A_check_knows_it()
    {
        var folder = Daemon.FreshFolder();
        File.WriteAllText(folder + "/supervisord.conf", "[supervisord]\n[program:x]\ncommand=sleep 1\nenvironment=A=\"%(ENV_LC_CTYPE)s\"\n");
        using var check = Child.Start([.. _withoutLocale, Implementation.Ours.PathOf("init"), "check", "-c", folder + "/supervisord.conf"]);
        Assert.Equal((ExitStatus.Exited(0), ""), (check.WaitForExit(Eventually.Patience), check.Error.ToString()));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void One_command_gets_the_environment_as_it_is()
    {
        using var child = Child.Start([.. _withoutLocale, Implementation.Ours.PathOf("init"), "--", "env"]);
        Assert.Equal(ExitStatus.Exited(0), child.WaitForExit(Eventually.Patience));
        Assert.DoesNotContain("LC_CTYPE", child.Output.ToString(), StringComparison.Ordinal);
    }
}
