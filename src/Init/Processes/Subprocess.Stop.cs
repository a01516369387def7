using Init.Config;
using Init.Os;
using Init.States;

namespace Init.Processes;

/// <summary>Ways to end it beside a signal, and what it leaves behind.</summary>
internal sealed partial class Subprocess
{
    private SideCommand? _stopCommand; // that is still at it

    private ProcessInput? RunStopCommand(TimeSpan patience)
    {
        var pid = _status.Pid;
        SideResult? atOnce = null;
        var hasBegun = false;
        var command = RunBeside(Config.StopCommand!, patience, result =>
        {
            if (!hasBegun)
            {
                atOnce = result;
                return;
            }
            // Only now may it be started again: this might have been meant for whatever runs.
            _stopCommand = null;
            Changed = ++_context.Reports.Changes;
            if (Heard(result) is not { } failed)
                return;
            if (_status.Pid == pid)
                Handle(failed);
            else if (result.Ended is null) // one that has hung is worth a line even when what it was to stop is gone
                _context.Outlets.Activity.Log(LogLevel.Warn, $"stop_command of {Config.Name} failed: {failed.Text}");
        });
        hasBegun = true;
        _stopCommand = atOnce is null ? command : null;
        return atOnce is { } failure ? Heard(failure) : null;
    }

    /// <summary>What its last run has left, its stop_command too, has no more time than that.</summary>
    internal void EndLeftoverBy(TimeSpan until)
    {
        Tree?.EndBy(until);
        _stopCommand?.EndBy(until);
    }

    /// <summary>Says what it has said; returns what it means for the machine.</summary>
    private ProcessInput? Heard(SideResult result)
    {
        foreach (var line in result.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            _context.Outlets.Activity.Log(LogLevel.Info, $"stop_command of {Config.Name}: {line}");
        return result.IsSuccess ? null : ProcessInput.StopCommandFailed((result with { Said = "" }).ToString());
    }

    /// <param name="before">Its status before it was reaped: of a stop, what is left of its time is for them.</param>
    private void EndTree(in ProcessStatus before)
    {
        if (_mark is not { } mark)
            return;
        _mark = null;
        var now = Clock.Now;
        var until = before switch
        {
            { State: ProcessState.Stopping, IsKilled: true } => now,
            { State: ProcessState.Stopping } => before.KillAt,
            _ => now + TimeSpan.FromSeconds(Config.StopWaitSecs),
        };
        var isQuiet = _status.State != ProcessState.Stopped && CrashLoop.IsIn(_status);
        TreeEnd.Begin(_context, new TreeEndRequest(Group, Config.Name, Namespec, mark, Config.StopSignal, until, isQuiet));
    }
}
