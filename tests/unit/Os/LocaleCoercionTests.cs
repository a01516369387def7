using Init.Os;
using Xunit;

namespace Init.Unit.Os;

public sealed class LocaleCoercionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("init-locale-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Coerced(string variables, params string[] installed)
    {
        foreach (var locale in installed)
            File.WriteAllText(Directory.CreateDirectory($"{_folder}/{locale}").FullName + "/LC_CTYPE", "");
        var list = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        LocaleCoercion.Apply(list, _folder);
        return string.Join(' ', list);
    }

    [Theory] // each as Python 3.11 has it on Debian 12
    [InlineData("", "LC_CTYPE=C.UTF-8")]
    [InlineData("LANG=C", "LANG=C LC_CTYPE=C.UTF-8")]
    [InlineData("LANG=POSIX", "LANG=POSIX LC_CTYPE=C.UTF-8")]
    [InlineData("LC_CTYPE=C LANG=C.UTF-8", "LANG=C.UTF-8 LC_CTYPE=C.UTF-8")]
    [InlineData("LC_CTYPE= LANG=C", "LANG=C LC_CTYPE=C.UTF-8")]
    [InlineData("LC_ALL= LC_TIME=C", "LC_ALL= LC_TIME=C LC_CTYPE=C.UTF-8")]
    [InlineData("PYTHONCOERCECLOCALE=1", "PYTHONCOERCECLOCALE=1 LC_CTYPE=C.UTF-8")]
    [InlineData("LANG=en_US.UTF-8", "LANG=en_US.UTF-8 LC_CTYPE=C.UTF-8")] // not installed
    [InlineData("LANG=.", "LANG=. LC_CTYPE=C.UTF-8")]
    [InlineData("LANG=x@.y", "LANG=x@.y LC_CTYPE=C.UTF-8")]
    [InlineData("LANG=../locale/C.utf8", "LANG=../locale/C.utf8 LC_CTYPE=C.UTF-8")]
    public void Under_the_locale_of_C_or_none_LC_CTYPE_is_set(string variables, string expected) => Assert.Equal(expected, Coerced(variables, "C.utf8"));

    [Theory]
    [InlineData("LANG=C.UTF-8")]
    [InlineData("LANG=C.utf8")]
    [InlineData("LC_CTYPE=de_DE.UTF-8@euro LANG=C")]
    [InlineData("LC_ALL=C")]
    [InlineData("PYTHONCOERCECLOCALE=0")]
    public void Otherwise_all_is_left(string variables) => Assert.Equal(variables, Coerced(variables, "C.utf8", "de_DE.utf8@euro"));

    [Fact]
    public void Where_there_is_no_such_locale_nothing_is_set() => Assert.Equal("LANG=C", Coerced("LANG=C"));

    [Fact] // as Debian 11 spells it
    public void It_may_be_installed_by_its_full_name() => Assert.Equal("LC_CTYPE=C.UTF-8", Coerced("", "C.UTF-8"));

    [Fact]
    public void What_may_be_in_the_archive_counts_as_installed()
    {
        File.WriteAllText(_folder + "/locale-archive", "");
        Assert.Equal("LANG=en_US.UTF-8", Coerced("LANG=en_US.UTF-8", "C.utf8"));
        Assert.Equal("LANG=C LC_CTYPE=C.UTF-8", Coerced("LANG=C", "C.utf8"));
    }
}
