using Init.Unit.Cli;
using Xunit;

namespace Init.Unit.Config;

/// <summary>What is written twice loads, the later place wins, and a check names both.</summary>
public class DuplicatesTests
{
    [Fact]
    public void A_key_twice_in_a_section_and_a_section_twice_in_a_file() =>
        Assert.Equal(
        [
            "4: warning: key 'command' is written twice, its value at s.conf:3 is not used",
            "7: warning: section [program:a] is written twice, first at s.conf:2; this one replaces startsecs, command",
            "11: warning: section [supervisord] is written twice, first at s.conf:1",
        ],
        Checked.LinesOf("""
            [supervisord]
            [program:a]
            command=/bin/true
            command=/bin/cat
            startsecs=1
            user=root
            [program:a]
            startsecs=2
            command=/bin/cat
            umask=022
            [supervisord]
            """));

    [Fact]
    public void A_section_in_two_files()
    {
        using var file = new ConfigFile();
        file.Write("conf.d/a.conf", "\n[program:a]\ncommand=/bin/sh\n");
        Assert.Equal(["DIR/conf.d/a.conf:2: warning: section [program:a] is written twice, first at s.conf:4; this one replaces command"],
            Checked.Of(file, "[supervisord]\n[include]\nfiles=conf.d/*.conf\n[program:a]\ncommand=/bin/cat\n").Lines);
    }

    [Fact]
    public void A_file_that_two_patterns_name_repeats_nothing()
    {
        using var file = new ConfigFile();
        file.Write("conf.d/a.conf", "[program:a]\ncommand=/bin/sh\n");
        Assert.Empty(Checked.Of(file, "[supervisord]\n[include]\nfiles=conf.d/*.conf conf.d/a*\n").Lines);
    }
}
