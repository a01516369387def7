using Init.Config;
using Xunit;

namespace Init.Unit.Config;

public sealed class HealthcheckReaderTests
{
    private static HealthcheckConfig? Read(string options, string section = "program:web")
    {
        using var file = new ConfigFile();
        var kind = section.StartsWith("event", StringComparison.Ordinal) ? "events=TICK_5\n" : "";
        return file.Read($"[supervisord]\n[{section}]\ncommand=/bin/true\n{kind}{options}\n").Groups[0].Processes[0].Healthcheck;
    }

    [Fact]
    public void Without_healthcheck_there_is_none()
    {
        Assert.Null(Read(""));
        Assert.Null(Read("healthcheck_interval=3\non_unhealthy=stop"));
    }

    [Fact]
    public void The_rest_has_defaults() =>
        Assert.Equal(new HealthcheckConfig(new Probe.Tcp("localhost", 80), 30, 5, 3, 0, OnUnhealthy.Restart), Read("healthcheck=tcp:80"));

    [Fact]
    public void Every_key_is_read() => Assert.Equal(
        new HealthcheckConfig(new Probe.Http("localhost", 8080, "/up"), 1, 2, 4, 5, OnUnhealthy.Exit),
        Read("healthcheck=http://localhost:8080/up\nhealthcheck_interval=1\nhealthcheck_timeout=2\nhealthcheck_retries=4\nhealthcheck_start_period=5\non_unhealthy=EXIT"));

    [Theory]
    [InlineData("tcp:127.0.0.1:80")]
    [InlineData("unix:/run/x.sock")]
    [InlineData("file:/run/up")]
    [InlineData("command:/bin/check --all")]
    public void Every_form_of_a_probe_is_read(string text) => Assert.Equal(text, Read($"healthcheck={text}")!.Probe.ToString());

    [Fact]
    public void An_event_listener_may_have_one() => Assert.NotNull(Read("healthcheck=file:/run/up", "eventlistener:x"));

    [Theory]
    [InlineData("restart", nameof(OnUnhealthy.Restart))]
    [InlineData("stop", nameof(OnUnhealthy.Stop))]
    [InlineData("exit", nameof(OnUnhealthy.Exit))]
    [InlineData("none", nameof(OnUnhealthy.None))]
    public void What_then_is_a_word(string text, string value) =>
        Assert.Equal(Enum.Parse<OnUnhealthy>(value), Read($"healthcheck=tcp:80\non_unhealthy={text}")!.OnUnhealthy);

    [Theory]
    [InlineData("healthcheck", "notify")]
    [InlineData("healthcheck", "fd:3")]
    [InlineData("healthcheck", "log:x")]
    [InlineData("healthcheck", "tcp:")]
    [InlineData("healthcheck", "")]
    [InlineData("healthcheck_interval", "0")]
    [InlineData("healthcheck_interval", "30s")]
    [InlineData("healthcheck_timeout", "0")]
    [InlineData("healthcheck_retries", "0")]
    [InlineData("healthcheck_start_period", "-1")]
    [InlineData("on_unhealthy", "kill")]
    public void A_bad_value_is_one_error_with_key_section_and_file(string key, string text) => Assert.StartsWith(
        $"invalid '{key}' value '{text}' in section 'program:web' (file: '",
        Assert.Throws<ConfigException>(() => Read($"{key}={text}")).Message, StringComparison.Ordinal);
}
