using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public class EventListenerReaderTests
{
    private static string Listener(string lines) => $"[supervisord]\n[eventlistener:l]\ncommand=x\n{lines}\n";

    [Fact]
    public void A_listener_has_a_pool_of_its_own() // C-230
    {
        var group = Assert.Single(ConfigFile.Of(Listener("events=tick_5, PROCESS_STATE,TICK_5")).Groups);
        Assert.Equal(("l", -1, GroupKind.EventListeners), (group.Name, group.Priority, group.Kind));
        Assert.Equal(10, group.EventListener!.BufferSize);
        Assert.Equal(["TICK_5", "PROCESS_STATE"], group.EventListener.Events.Select(type => type.Name)); // C-232
        Assert.Equal("supervisor.dispatchers:default_handler", group.EventListener.ResultHandler);
        Assert.Equal(999, Assert.Single(group.Processes).Priority);
    }

    [Fact]
    public void Its_options_are_read()
    {
        var group = Assert.Single(ConfigFile.Of(Listener("events=EVENT\nbuffer_size=1\npriority=5\nnumprocs=2\nprocess_name=%(process_num)d")).Groups);
        Assert.Equal((5, 1, 2), (group.Priority, group.EventListener!.BufferSize, group.Processes.Count));
        Assert.All(group.Processes, process => Assert.Equal(5, process.Priority));
    }

    [Theory]
    [InlineData("", "[eventlistener:l] section requires an \"events\" line")] // C-231
    [InlineData("events=", "[eventlistener:l] section requires an \"events\" line")]
    [InlineData("events=bogus", "Unknown event type BOGUS in [eventlistener:l] events")]
    [InlineData("events=TICK_5,", "Unknown event type  in [eventlistener:l] events")]
    [InlineData("events=TICK_5\nbuffer_size=0", "[eventlistener:l] section sets invalid buffer_size (0)")] // C-233
    [InlineData("buffer_size=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("priority=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("events=TICK_5\nredirect_stderr=true", "[eventlistener:l] section sets redirect_stderr=true but this is not allowed because it "
        + "will interfere with the eventlistener protocol")] // C-234
    [InlineData("events=TICK_5\nstartsecs=x", "invalid literal for int() with base 10: 'x' in section 'eventlistener:l' (file: 'FILE')")]
    [InlineData("events=%(program_name)s", "Format string '%(program_name)s' for 'eventlistener:l.events' contains names ('program_name') "
        + "which cannot be expanded. Available names: ENV_COLOUR, ENV_HOME, here")] // C-079
    public void A_bad_listener_gets_Supervisors_message(string lines, string expected) => Assert.Equal(expected, ConfigFile.ErrorOf(Listener(lines)));

    [Fact]
    public void A_bad_pool_name_fails_as_the_programs_name() => // C-237
        Assert.Equal("Invalid name: 'a b' because of character: ' ' in section 'eventlistener:a b' (file: 'FILE')",
            ConfigFile.ErrorOf("[supervisord]\n[eventlistener:a b]\ncommand=x\nevents=TICK_5\n"));

    [Fact]
    public void Another_result_handler_is_Python_and_a_warning() => // unlike C-235
        Assert.Equal(["For [eventlistener:l], result_handler m:f is Python code, which cannot be loaded here; "
            + "every complete RESULT counts as OK instead"], ConfigFile.Of(Listener("events=EVENT\nresult_handler=m:f")).Warnings);

    [Theory]
    [InlineData("supervisor.dispatchers:default_handler")]
    [InlineData("supervisor_stdout:event_handler")]
    public void What_is_done_here_as_there_is_none(string handler) =>
        Assert.Empty(ConfigFile.Of(Listener($"events=EVENT\nresult_handler={handler}")).Warnings);
}
