using Init.Config;
using Init.Loop;
using Init.Os;
using Init.Output;
using Init.States;

namespace Init.Processes;

/// <summary>
/// The healthchecks of all programs that are RUNNING: asks, one question at a time of each, and tells when one has become unhealthy.
/// </summary>
/// <param name="unhealthy">Called once each time, with what was wrong.</param>
internal sealed class HealthChecks(EventLoop loop, ActivityLog activity, Prober prober, Action<Subprocess, string> unhealthy)
{
    private readonly Dictionary<Subprocess, HealthCheck> _checks = [];
    private readonly Pace _pace = new();
    private bool _hasEnded;

    /// <summary>To be told of each state that a process has entered.</summary>
    internal void Entered(Subprocess process, ProcessState state)
    {
        if (process.Config.Healthcheck is not { } config)
            return;
        if (_checks.Remove(process, out var before))
            before.End();
        if (state == ProcessState.Starting)
            process.StoppedFor = null;
        if (state == ProcessState.Running && !_hasEnded)
            _checks[process] = new HealthCheck(process, config, prober, _pace, loop, activity, unhealthy);
    }

    /// <summary>Nothing is asked any more.</summary>
    internal void End()
    {
        _hasEnded = true;
        foreach (var check in _checks.Values)
            check.End();
        _checks.Clear();
    }
}

/// <summary>That of one run of a program.</summary>
internal sealed class HealthCheck
{
    private readonly Subprocess _process;
    private readonly HealthcheckConfig _config;
    private readonly Prober _prober;
    private readonly Pace _pace;
    private readonly EventLoop _loop;
    private readonly ActivityLog _activity;
    private readonly Action<Subprocess, string> _unhealthy;
    private HealthStatus _status;
    private TimeSpan _asked;
    private Alarm? _alarm;
    private Question? _question;
    private bool _isUnasked; // and that was said

    internal HealthCheck(
        Subprocess process, HealthcheckConfig config, Prober prober, Pace pace, EventLoop loop, ActivityLog activity, Action<Subprocess, string> unhealthy)
    {
        (_process, _config, _prober, _pace, _loop, _activity, _unhealthy) = (process, config, prober, pace, loop, activity, unhealthy);
        Become(HealthStatus.Begin(config, Clock.Now));
    }

    internal void End()
    {
        _alarm?.Cancel();
        _question?.Abandon();
        (_process.Health, _process.HealthProblem) = (Health.None, null);
    }

    private void Become(HealthStatus status)
    {
        _status = status;
        _process.Health = status.Health;
        _alarm = _loop.Alarms.Set(status.NextAsk, Ask);
    }

    private void Ask()
    {
        _asked = Clock.Now;
        if (_pace.MustWait(_asked) is { } turn)
            _alarm = _loop.Alarms.Set(turn, AskNow);
        else
            AskNow();
    }

    private void AskNow()
    {
        _asked = Clock.Now;
        _question = _prober.Ask(_process, _config.Probe, TimeSpan.FromSeconds(_config.Timeout), Answered);
    }

    private void Answered(Outcome outcome)
    {
        _question = null;
        if (_process.Status.State != ProcessState.Running)
            return; // it has just left, and we will hear of that
        if (outcome.IsOurs)
        {
            Become(_status.Unasked(_config, Clock.Now));
            if (!_isUnasked)
                _activity.Log(LogLevel.Warn, $"healthcheck of {_process.Config.Name} cannot be asked, which does not count ({_config.Probe}: {outcome.Problem})");
            _isUnasked = true;
            return;
        }
        _isUnasked = false;
        var (problem, before) = (outcome.Problem, _status.Health);
        _process.HealthProblem = problem is null ? null : $"{_config.Probe}: {problem}";
        Become(problem is null ? HealthStatus.Passed(_config, Clock.Now) : _status.Failed(_config, _asked, Clock.Now));
        if (problem is not null)
            _activity.Log(LogLevel.Debug, $"healthcheck of {_process.Config.Name} failed: {_process.HealthProblem}");
        if (_status.Health != before)
            Changed(problem);
    }

    private void Changed(string? problem)
    {
        if (problem is null)
        {
            _activity.Log(LogLevel.Info, $"healthy: {_process.Config.Name} ({_config.Probe})");
            return;
        }
        var (level, then) = _config.OnUnhealthy switch
        {
            OnUnhealthy.Restart => (LogLevel.Warn, "; restarting it"),
            OnUnhealthy.Stop => (LogLevel.Warn, "; stopping it"),
            OnUnhealthy.Exit => (LogLevel.Warn, ""), // what follows is told by who does it
            _ => (LogLevel.Info, ""),
        };
        _activity.Log(level, $"unhealthy: {_process.Config.Name} ({_process.HealthProblem}){then}");
        _unhealthy(_process, problem);
    }
}

/// <summary>Lets a thousand programs that were started together not be asked together.</summary>
internal sealed class Pace
{
    private static readonly TimeSpan _gap = TimeSpan.FromMilliseconds(5);

    private TimeSpan _last = -_gap;

    /// <summary>Until when who comes now has to wait; null for not at all.</summary>
    internal TimeSpan? MustWait(TimeSpan now)
    {
        var turn = _last + _gap;
        _last = turn > now ? turn : now;
        return turn > now ? turn : null;
    }
}
