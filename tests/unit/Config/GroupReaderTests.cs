using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class GroupReaderTests
{
    private const string Programs = """
        [supervisord]
        [program:a]
        command=%(group_name)s
        [program:b]
        command=b
        numprocs=2
        process_name=b%(process_num)d
        [fcgi-program:f]
        command=f
        socket=unix:///tmp/%(program_name)s.sock

        """;

    private static string Groups(string text) => string.Join(' ', ConfigFile.Of(Programs + text).Groups.Select(
        group => $"{group.Name}({group.Priority}):{string.Join(',', group.Processes.Select(process => process.Name))}"));

    private static string ErrorOf(string text) => ConfigFile.ErrorOf(Programs + text);

    [Theory]
    [InlineData("", "a(999):a b(999):b0,b1 f(999):f")]
    [InlineData("[group:g]\nprograms=b, a", "f(999):f g(999):b0,b1,a")] // C-221, C-223
    [InlineData("[group:g]\nprograms=a\npriority=1", "g(1):a b(999):b0,b1 f(999):f")]
    [InlineData("[group:g]\nprograms=", "a(999):a b(999):b0,b1 f(999):f g(999):")]
    [InlineData("[group:g]", "a(999):a b(999):b0,b1 f(999):f g(999):")]
    [InlineData("[group: g ]\nprograms=a", "b(999):b0,b1 f(999):f g(999):a")]
    [InlineData("[group:g]\nprograms=a,a", "b(999):b0,b1 f(999):f g(999):a")] // C-228
    [InlineData("[group:g]\nprograms=a\n[group:h]\nprograms=a,f", "b(999):b0,b1 g(999):a h(999):a,f")]
    [InlineData("[group:b]\nprograms=a", "b(999):a b(999):b0,b1 f(999):f")] // C-229: both are there, the group first
    [InlineData("[program:B]\ncommand=x\n[program:é]\ncommand=x\n[program:a]\npriority=1000", // by code point
        "B(999):B b(999):b0,b1 f(999):f é(999):é a(1000):a")]
    [InlineData("[eventlistener:l]\ncommand=l\nevents=TICK_5", "l(-1):l a(999):a b(999):b0,b1 f(999):f")]
    public void Groups_are_in_order_of_priority_and_name(string text, string expected) => Assert.Equal(expected, Groups(text));

    [Fact]
    public void A_program_knows_the_group_it_is_in() => // C-085
        Assert.Equal("g", ConfigFile.Of(Programs + "[group:g]\nprograms=a\n").Groups[2].Processes[0].Command);

    [Theory]
    [InlineData("[group:g]\nprograms=zz", "[group:g] names unknown program or fcgi-program zz")]
    [InlineData("[group:g]\nprograms=a,zz", "[program:a] names unknown program or fcgi-program zz")] // C-224
    [InlineData("[group:g]\nprograms=f,", "[fcgi-program:f] names unknown program or fcgi-program ")]
    [InlineData("[group:g]\nprograms=A", "[group:g] names unknown program or fcgi-program A")]
    [InlineData("[group:g]\nprograms=l\n[eventlistener:l]\ncommand=x", "[group:g] names unknown program or fcgi-program l")] // C-226
    [InlineData("[group:g]\nprograms=a\n[fcgi-program:a]\n", "[group:g] name a is ambiguous (exists as program and fcgi-program)")] // C-225
    [InlineData("[group:g]\nprograms=a\npriority=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("[group:x y]\nprograms=a", "Invalid name: 'x y' because of character: ' '")]
    [InlineData("[group:g]\nprograms=%(group_name)s", "Format string '%(group_name)s' for 'group:g.programs' contains names ('group_name') "
        + "which cannot be expanded. Available names: ENV_COLOUR, ENV_HOME, here")]
    public void A_bad_group_gets_Supervisors_message(string text, string expected) => Assert.Equal(expected, ErrorOf(text));

    [Fact]
    public void Errors_of_groups_come_before_those_of_other_programs() =>
        Assert.StartsWith("[group:g] names unknown", ErrorOf("[program:c]\nstartsecs=x\n[group:g]\nprograms=zz"));

    [Fact]
    public void A_grouped_fcgi_program_keeps_its_socket() // unlike C-227
    {
        var group = Assert.Single(ConfigFile.Of(Programs + "[group:g]\nprograms=a,f,b\n").Groups);
        Assert.Equal(GroupKind.Programs, group.Kind);
        Assert.Null(group.Socket);
        Assert.Null(group.Processes[0].Socket);
        Assert.Equal("unix:///tmp/f.sock", group.Processes[1].Socket!.Url);
    }

    [Fact]
    public void A_grouped_fcgi_program_without_a_socket_is_an_ordinary_program() =>
        Assert.Null(ConfigFile.Of("[supervisord]\n[fcgi-program:f]\ncommand=x\n[group:g]\nprograms=f\n").Groups[0].Processes[0].Socket);
}
