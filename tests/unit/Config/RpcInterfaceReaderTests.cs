using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class RpcInterfaceReaderTests
{
    private const string Key = "supervisor.rpcinterface_factory";

    private static string Section(string factory) => $"[supervisord]\n[rpcinterface:x]\n{Key} = {factory}\n";

    [Fact]
    public void The_standard_factory_is_served_under_the_name_of_its_section() // C-189
    {
        var configuration = ConfigFile.Of($"""
            [supervisord]
            [DEFAULT]
            d=1
            [rpcinterface:supervisor]
            {Key} = supervisor.rpcinterface:make_main_rpcinterface
            a = %(ENV_COLOUR)s
            """);
        var rpc = Assert.Single(configuration.RpcInterfaces);
        Assert.Equal(("supervisor", RpcInterfaceReader.StandardFactory), (rpc.Name, rpc.Factory));
        Assert.Equal([KeyValuePair.Create("a", "blue%s"), KeyValuePair.Create("d", "1")], rpc.Options); // C-192
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void Blanks_around_the_colon_are_allowed() => Assert.Single(ConfigFile.Of(Section("supervisor.rpcinterface : make_main_rpcinterface")).RpcInterfaces);

    [Theory]
    [InlineData("supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface")]
    [InlineData("nosuch:mod")] // C-190: whether Python could load it is not ours to know
    [InlineData("nosuch")]
    public void Another_factory_is_left_out_with_a_warning(string factory)
    {
        var configuration = ConfigFile.Of(Section(factory));
        Assert.Empty(configuration.RpcInterfaces);
        Assert.Equal([$"For [rpcinterface:x], {factory} is Python code, which cannot be loaded here; its methods are not available"],
            configuration.Warnings);
    }

    [Theory]
    [InlineData("supervisor.rpcinterface:nope")]
    [InlineData("supervisor.nosuch:x")]
    [InlineData("a b c")] // C-191
    [InlineData("a:b:c")]
    [InlineData("")]
    public void What_Python_cannot_load_either_is_an_error(string factory) =>
        Assert.Equal($"{factory} cannot be resolved within [rpcinterface:x]", ConfigFile.ErrorOf(Section(factory)));

    [Fact]
    public void A_factory_must_be_named() => // C-188
        Assert.Equal($"section [rpcinterface:x] does not specify a {Key}", ConfigFile.ErrorOf("[supervisord]\n[rpcinterface:x]\n"));

    [Fact]
    public void Every_option_is_expanded() => // C-064, C-076
        Assert.StartsWith("Format string '%(here)s' for 'rpcinterface:x.z' contains names ('here')",
            ConfigFile.ErrorOf(Section(RpcInterfaceReader.StandardFactory) + "z=%(here)s\n"));
}
