using Init.Config;
using Init.Os;
using Xunit;

namespace Init.Unit.Config;

public sealed class ForwardReaderTests
{
    private const string Programs = "[program:web]\ncommand=cat\nprocess_name=w%(process_num)d\nnumprocs=2\n[program:nginx]\ncommand=cat\n[group:all]\nprograms=web\n";

    [Fact]
    public void Without_it_signals_mean_what_they_mean() => Assert.Empty(ConfigFile.Supervisord("").ForwardSignals);

    [Fact]
    public void Signals_have_names_or_numbers_and_targets_are_names_or_actions() => Assert.Equal(
        [
            new(Signals.SIGUSR1, ForwardAction.Signal, "nginx"),
            new(Signals.SIGUSR1, ForwardAction.Signal, "all:w1"),
            new(Signals.SIGHUP, ForwardAction.Update, "update"),
            new(Signals.SIGUSR2, ForwardAction.Reopen, "reopen"),
            new(Signals.SIGRTMIN + 3, ForwardAction.Shutdown, "shutdown"),
            new(Signals.SIGRTMAX - 1, ForwardAction.Signal, "all"),
            new(Signals.SIGWINCH, ForwardAction.Signal, "web"),
            new(Signals.SIGTERM, ForwardAction.Signal, "all:*"),
        ],
        ConfigFile.Of("[supervisord]\nforward_signals=USR1:nginx, usr1 : all:w1, SIGHUP:update, 12:reopen, rtmin+3:shutdown, RTMAX-1:all,\n  WINCH:web, TERM:all:*\n" + Programs)
            .Supervisord.ForwardSignals);

    [Theory]
    [InlineData("CHLD:nginx")]
    [InlineData("KILL:nginx")]
    [InlineData("STOP:nginx")]
    [InlineData("SEGV:nginx")]
    [InlineData("RTMAX+1:nginx")]
    [InlineData("RTMIN-1:nginx")]
    [InlineData("RTMIN+31:nginx")]
    [InlineData("USR1+1:nginx")]
    [InlineData("NOSUCH:nginx")]
    [InlineData("0:nginx")]
    [InlineData("nginx")]
    [InlineData("USR1")]
    [InlineData("USR1:")]
    [InlineData("USR1:a:")]
    [InlineData("USR1:a:b:c")]
    [InlineData("HUP:update,")]
    [InlineData(":nginx")]
    public void Anything_else_is_an_error(string text) => Assert.Equal(
        $"invalid 'forward_signals' value '{text}' in section 'supervisord' (file: 'FILE')",
        ConfigFile.ErrorOf($"[supervisord]\nforward_signals={text}\n{Programs}"));

    [Theory]
    [InlineData("nosuch")]
    [InlineData("all:nosuch")]
    [InlineData("UPDATE")] // an action is written in small letters, as on supervisorctl's command line
    public void A_name_that_is_nobodys_is_an_error(string name) => Assert.Equal(
        $"forward_signals names unknown program or group {name} in section 'supervisord' (file: 'FILE')",
        ConfigFile.ErrorOf($"[supervisord]\nforward_signals=USR1:{name}\n{Programs}"));
}
