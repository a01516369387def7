using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public sealed class UserValuesTests
{
    private static UserIdentity User(string text) => new UserValues().User(text);

    [Fact]
    public void A_group_may_be_named_too()
    {
        Assert.Equal(new UserIdentity("root", 0, 0), User("root"));
        Assert.Equal(new UserIdentity("root", 0, 0, true), User("root:root"));
        Assert.Equal(new UserIdentity("root", 0, 50, true), User("0:50"));
        Assert.Equal(new UserIdentity(null, 3_999_999_999, 3_999_999_998, true), User("3999999999:3999999998"));
        Assert.Equal(new UserIdentity(null, 3_999_999_999, 0, true), User("3999999999 : root"));
    }

    [Theory]
    [InlineData("nosuch", "Invalid user name nosuch")] // C-118
    [InlineData("nosuch:root", "Invalid user name nosuch")]
    [InlineData("root:nosuch", "Invalid group name nosuch")]
    [InlineData("root:", "Invalid group name ")]
    [InlineData(":root", "Invalid user name ")]
    [InlineData("root:-1", "Invalid group id -1")]
    [InlineData("root:root:root", "Invalid group name root:root")]
    public void What_is_nobody_is_an_error(string text, string error)
    {
        Assert.Equal(error, Assert.Throws<ConfigException>(() => User(text)).Message);
        Assert.Equal(error, ConfigFile.ProgramError("user=" + text));
        Assert.Equal(error, ConfigFile.SupervisordError("user=" + text));
    }
}
