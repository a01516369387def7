using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class PythonFormatTests
{
    private static readonly Expansions _names = new Expansions(null).Set("a", "x").Set("n", 5L).Set("m", -3L).Set("ENV_P", "%(a)s");

    private static string Expand(string format) => PythonFormat.Expand(format, _names, "program:foo.command");

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("%(a)s", "x")]
    [InlineData("1%(a)s2%(n)d3", "1x253")]
    [InlineData("%%", "%")]
    [InlineData("%%(a)s", "%(a)s")]
    [InlineData("%%%(a)s", "%x")]
    [InlineData("%(ENV_P)s", "%(a)s")] // C-071: not expanded again
    [InlineData("%(n)s %(n)i %(n)u %(n)ld", "5 5 5 5")]
    [InlineData("%(n)02d|%(n)5d|%(n)-5d|%(n)+d|%(n) d|%(m)05d", "05|    5|5    |+5| 5|-0003")]
    [InlineData("%(n).3d|%(n)6.3d|%(n)x|%(n)#x|%(n)#o|%(n)#08X", "005|   005|5|0x5|0o5|0X000005")]
    [InlineData("%(n)f|%(n).1f|%(n)e|%(n)g|%(m)F", "5.000000|5.0|5.000000e+00|5|-3.000000")]
    [InlineData("%(a)5s|%(a)-5s|%(a)05s|%(a).0s|%(a)r|%(a)a|%(a)c", "    x|x    |    x||'x'|'x'|x")]
    [InlineData("%(a) hs", "x")]
    [InlineData("%s", "{'ENV_P': '%(a)s', 'a': 'x', 'm': -3, 'n': 5}")] // C-072
    public void A_format_expands_as_in_Python(string format, string expected) => Assert.Equal(expected, Expand(format));

    [Theory]
    [InlineData("%", "incomplete format")]
    [InlineData("100%", "incomplete format")]
    [InlineData("%(a)", "incomplete format")]
    [InlineData("%(n)5", "incomplete format")]
    [InlineData("%(a", "incomplete format key")]
    [InlineData("ab%(a)y", "unsupported format character 'y' (0x79) at index 6")]
    [InlineData("%y", "unsupported format character 'y' (0x79) at index 1")]
    [InlineData("%5%", "unsupported format character '%' (0x25) at index 2")]
    [InlineData("😀%é", "unsupported format character '?' (0xe9) at index 2")]
    [InlineData("%(a)hhs", "unsupported format character 'h' (0x68) at index 5")]
    [InlineData("%(a)d", "%d format: a real number is required, not str")]
    [InlineData("%(a)x", "%x format: an integer is required, not str")]
    [InlineData("%(a)f", "must be real number, not str")]
    [InlineData("%(ENV_P)c", "%c requires int or char")]
    [InlineData("%d", "%d format: a real number is required, not dict")]
    [InlineData("%s %s", "not enough arguments for format string")]
    [InlineData("%(a)s %s", "not enough arguments for format string")]
    [InlineData("%*d", "* wants int")]
    [InlineData("%(n)*d", "not enough arguments for format string")]
    [InlineData("%(a)99999999999s", "width too big")]
    [InlineData("%(a).99999999999s", "precision too big")]
    public void A_bad_format_is_named_with_Pythons_words(string format, string expected) => // C-068
        Assert.Equal($"Format string {PythonText.Repr(format)} for 'program:foo.command' is badly formatted: {expected}",
            Assert.Throws<ConfigException>(() => Expand(format)).Message);

    [Theory]
    [InlineData("%(nope)s", "'nope'")]
    [InlineData("%(nope)%", "'nope'")]
    [InlineData("%()s", "''")]
    [InlineData("%(a(b)c)s", "'a(b)c'")]
    [InlineData("%(A)s", "'A'")]
    public void An_unknown_name_is_told_with_the_known_ones(string format, string name) => // C-067
        Assert.Equal($"Format string '{format}' for 'program:foo.command' contains names ({name}) which cannot be expanded. "
            + "Available names: ENV_P, a, m, n", Assert.Throws<ConfigException>(() => Expand(format)).Message);
}
