using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class IniDialectTests
{
    private static string Value(string text, string section = "a", string key = "x")
    {
        var document = new ConfigDocument();
        document.Load(text, "f.conf");
        return document.Get(section, key) ?? "(none)";
    }

    private static string ErrorOf(string text) =>
        Assert.Throws<ConfigException>(() => new ConfigDocument().Load(text, "f.conf")).Message;

    [Theory]
    // C-048, C-049: a comment starts after a blank or at the start of a line; quotes do not protect
    [InlineData("x=1;c", "1;c")]
    [InlineData("x=a#b", "a#b")]
    [InlineData("x=1 ;c", "1")]
    [InlineData("x=1\t#c", "1")]
    [InlineData("x=;c", ";c")]
    [InlineData("x= ;c", "")]
    [InlineData("x=a ; b ; c", "a")]
    [InlineData("x=\"a ;b\"", "\"a")]
    [InlineData("x=a#b #c ;d", "a#b #c")] // ';' and '#' are looked at in step: the second '#' is never seen
    [InlineData("x=a;b ;c #d", "a;b ;c")]
    // C-050: the first of = and : counts
    [InlineData("x:1", "1")]
    [InlineData("x = 1", "1")]
    [InlineData("x\t:\t1\t", "1")]
    [InlineData("x:a=b", "a=b")]
    [InlineData("x=a:b", "a:b")]
    [InlineData("x==", "=")]
    // C-051, C-057, C-059
    [InlineData("X=1", "1")]
    [InlineData("x=1\nx=2", "2")]
    [InlineData("x=1\n[b]\n[a]\nx=2", "2")]
    [InlineData("x=", "")]
    // C-053, C-054: indented lines go on
    [InlineData("x=1\n 2", "1\n2")]
    [InlineData("x=\n  1\n\t2", "\n1\n2")]
    [InlineData("x=1\n\n 2\n\n\n", "1\n\n2")]
    [InlineData("x=1\n y=2", "1\ny=2")]
    [InlineData("x=1\n [b]", "1\n[b]")]
    [InlineData("x=1\n # c\n 2", "1\n2")] // a comment inside is as if it were not there (C-047)
    [InlineData("x=1\n#c\n 2", "1\n2")]
    [InlineData("x=1\n 2 ;c", "1\n2")]
    [InlineData("  x=1\n  y=2", "1")] // equally indented is a key of its own
    [InlineData("  x=1\n   y=2", "1\ny=2")]
    // C-042
    [InlineData("x=1\r\n 2\r\ny=3\r\n", "1\n2")]
    [InlineData("x=1\r 2\ry=3", "1\n2")]
    [InlineData("x=\u00a01\u2003", "1")]
    public void A_value_is_what_Python_reads(string lines, string expected) => Assert.Equal(expected, Value("[a]\n" + lines));

    [Theory]
    [InlineData("[ a ]\nx=1", " a ")]
    [InlineData("[a]b]\nx=1", "a]b")]
    [InlineData("[a] bar\nx=1", "a")]
    [InlineData("[a];c\nx=1", "a")]
    [InlineData("[a]=b\nx=1", "a")]
    [InlineData("  [a]\n  x=1", "a")]
    [InlineData("[[a]\nx=1", "[a")]
    [InlineData("[A]\nx=1", "A")]
    public void A_section_reaches_to_the_last_bracket_of_its_line(string text, string section) => // C-051, C-055
        Assert.Equal("1", Value(text, section));

    [Theory]
    [InlineData("k ey = v", "k ey")]
    [InlineData("É = v", "é")]
    [InlineData("[foo=v", "[foo")]
    [InlineData("\"q\"=v", "\"q\"")]
    public void Keys_may_hold_anything_but_delimiters(string line, string key) => Assert.Equal("v", Value("[a]\n" + line, key: key)); // C-052

    [Fact]
    public void DEFAULT_supplies_every_section_and_is_none() // C-058
    {
        var document = new ConfigDocument();
        document.Load("[DEFAULT]\nx=1\ny=2\n[a]\ny=3\n", "f");
        Assert.Equal("1", document.Get("a", "x"));
        Assert.Equal("3", document.Get("a", "y"));
        Assert.Equal(["a"], document.Sections);
        Assert.False(document.Has("DEFAULT"));
        Assert.Equal(["y", "x"], document.Keys("a"));
    }

    [Theory]
    [InlineData("x=1\n[a]\n", "x=1\\n", 1)]
    [InlineData("\n# c\n  garbage", "  garbage", 3)]
    [InlineData("[]\n", "[]\\n", 1)]
    [InlineData("[a\n", "[a\\n", 1)]
    [InlineData("it's\n", null, 1)]
    public void Text_before_the_first_section_is_an_error_of_three_lines(string text, string? line, int number) => // C-062
        Assert.Equal($"File contains no section headers.\nfile: 'f.conf', line: {number}\n" + (line is null ? "\"it's\\n\"" : $"'{line}'"),
            ErrorOf(text));

    [Theory]
    [InlineData("garbage\n", "\n\t[line  2]: 'garbage\\n'")]
    [InlineData("garbage", "\n\t[line  2]: 'garbage'")]
    [InlineData("REM x\n", "\n\t[line  2]: 'REM x\\n'")] // C-060
    [InlineData("[]\n", "\n\t[line  2]: '[]\\n'")] // C-056
    [InlineData("[foo\n", "\n\t[line  2]: '[foo\\n'")]
    [InlineData("=x\n", "\n\t[line  2]: '=x\\n'")]
    [InlineData("  tab\there ; c\n", "\n\t[line  2]: '  tab\\there ; c\\n'")]
    [InlineData("x=1\nbad\n more\nworse\r\n", "\n\t[line  3]: 'bad\\n'\n\t[line  5]: 'worse\\n'")] // ` more` goes to x
    [InlineData("x=a\0b\n", "\n\t[line  2]: 'x=a\\x00b\\n'")] // Python reads on, and breaks where the value is used
    [InlineData("x=a\n b\0\n", "\n\t[line  3]: ' b\\x00\\n'")]
    public void All_bad_lines_are_listed(string lines, string expected) => // C-063
        Assert.Equal("Source contains parsing errors: 'f.conf'" + expected, ErrorOf("[a]\n" + lines));

    [Fact]
    public void Line_numbers_are_right_aligned_in_two_columns() =>
        Assert.EndsWith("\n\t[line 101]: 'bad\\n'", ErrorOf("[a]\n" + new string('\n', 99) + "bad\n"));

    [Fact]
    public void A_line_of_ten_megabytes_is_read_and_a_bad_one_is_shown_in_part()
    {
        var line = new string('x', 10_000_000);
        Assert.Equal(10_000_000, Value("[a]\nx=" + line).Length);
        Assert.Equal("", Value("[a]\nx= " + line.Replace('x', ';')));
        Assert.True(ErrorOf("[a]\n" + line).Length < 10_000);
    }

    [Fact]
    public void A_place_is_known_for_every_option_and_section()
    {
        var document = new ConfigDocument();
        document.Load("[DEFAULT]\nd=1\n[a]\n\nx=1\n  2\ny=2\n", "f");
        document.Include("[b]\n[a]\nx=3\n", "g");
        Assert.Equal(new SourceLocation("g", 3), document.LocationOf("a", "x"));
        Assert.Equal(new SourceLocation("f", 7), document.LocationOf("a", "y"));
        Assert.Equal(new SourceLocation("f", 2), document.LocationOf("a", "d"));
        Assert.Equal(new SourceLocation("g", 2), document.LocationOf("a"));
        Assert.Null(document.LocationOf("c"));
        Assert.Null(document.IncludedFrom("a"));
        Assert.Equal("g", document.IncludedFrom("b"));
    }
}
