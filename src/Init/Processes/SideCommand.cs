using System.Text;
using Init.Loop;
using Init.Os;

namespace Init.Processes;

/// <summary>What became of a command that was run beside a program.</summary>
/// <param name="Ended">How it ended; null when it could not be started, or did not end in time.</param>
/// <param name="Problem">Why there is no end.</param>
/// <param name="Said">The last of what it said, on either stream.</param>
/// <param name="IsOurs">It could not be started for want of processes, descriptors or memory.</param>
internal readonly record struct SideResult(WaitStatus? Ended, string? Problem, string Said, bool IsOurs = false)
{
    internal bool IsSuccess => Ended is { Signaled: false, ExitCode: 0 };

    /// <summary>In a few words: `exit status 1; Connection refused`.</summary>
    public override string ToString()
    {
        var how = Problem ?? Ended?.ToString() ?? "";
        return Said.Length == 0 ? how : $"{how}; {Said}";
    }
}

/// <summary>
/// One run of a command beside a program, to ask it something or to stop it: with its user, directory and variables, in a process group of
/// its own, and for so long at most. Who has asked hears of the end once. Of the loop thread.
/// </summary>
internal sealed class SideCommand : IChild, IDescriptorHandler
{
    /// <summary>What is kept of its output.</summary>
    private const int MostSaid = 512;

    private const int ReadSize = 16 * 1024;

    /// <summary>More than a pipe holds: who still writes after the end of the command is not listened to.</summary>
    private const int ReadsAfterEnd = 8;

    private readonly Reports _reports;
    private readonly EventLoop _loop;
    private readonly TimeSpan _begun = Clock.Now;
    private readonly byte[] _said = new byte[MostSaid];
    private Action<SideResult>? _ended;
    private TimeSpan _until;
    private Alarm? _alarm;
    private int _pid;
    private int _length;
    private int _output = -1;
    private int _watch;

    private SideCommand(Reports reports, EventLoop loop, TimeSpan timeout, Action<SideResult> ended) =>
        (_reports, _loop, _until, _ended) = (reports, loop, _begun + timeout, ended);

    /// <summary>Starts one. If that fails, who has asked hears of it before this returns.</summary>
    /// <param name="request">But for its streams.</param>
    internal static SideCommand Run(Reports reports, EventLoop loop, SpawnRequest request, TimeSpan timeout, Action<SideResult> ended)
    {
        var command = new SideCommand(reports, loop, timeout, ended);
        try
        {
            command.Start(request);
        }
        catch (SyscallException e)
        {
            command.Tell(null, $"it could not be started: {Errno.Text(e.Errno)}", Errno.IsScarcity(e.Errno));
        }
        return command;
    }

    /// <summary>There is less time than there was.</summary>
    internal void EndBy(TimeSpan until)
    {
        if (_ended is null || until >= _until)
            return;
        _until = until;
        SetAlarm();
    }

    /// <summary>Ends it, if it still runs; nobody is told.</summary>
    internal void Abandon()
    {
        _ended = null;
        _alarm?.Cancel();
        Kill();
        CloseOutput();
    }

    public void Reaped(WaitStatus ended)
    {
        _pid = 0;
        for (var reads = 0; reads < ReadsAfterEnd && _output >= 0 && ReadSome(); reads++)
        {
        }
        CloseOutput(); // what it has left behind is not listened to
        Tell(ended, null);
    }

    void IDescriptorHandler.OnReady(Readiness readiness) => ReadSome();

    private void Start(SpawnRequest request)
    {
        var (nothing, end) = Descriptors.Pipe();
        Descriptors.Close(end);
        try
        {
            (_output, var said) = Descriptors.Pipe();
            try
            {
                Descriptors.SetNonBlocking(_output);
                _watch = _loop.Watch(_output, Readiness.Readable, this);
                if (request.Credentials is { } user)
                    Descriptors.GiveTo(said, user.Uid);
                _pid = Spawner.Spawn(request with { Stdin = nothing, Stdout = said, Stderr = said });
            }
            catch
            {
                CloseOutput();
                throw;
            }
            finally
            {
                Descriptors.Close(said);
            }
        }
        finally
        {
            Descriptors.Close(nothing);
        }
        _reports.Pids[_pid] = this;
        _reports.Beside.Add(this);
        SetAlarm();
    }

    private void SetAlarm()
    {
        _alarm?.Cancel();
        _alarm = _loop.Alarms.Set(_until, TimeOut, judges: true);
    }

    private void TimeOut()
    {
        Kill();
        Tell(null, FormattableString.Invariant($"it did not end within {(_until - _begun).TotalSeconds:0.###} s"));
    }

    private void Kill()
    {
        if (_pid != 0)
            _ = Children.Signal(-_pid, Signals.SIGKILL); // its whole group; ESRCH: it has just ended
    }

    /// <summary>Takes some of what there is; false when there is no more.</summary>
    private bool ReadSome()
    {
        Span<byte> buffer = stackalloc byte[ReadSize];
        var count = Descriptors.Read(_output, buffer);
        if (count > 0)
            Keep(buffer[..count]);
        else if (count == 0)
            CloseOutput();
        return count > 0;
    }

    /// <summary>The last of it is what counts.</summary>
    private void Keep(ReadOnlySpan<byte> said)
    {
        said = said[Math.Max(0, said.Length - MostSaid)..];
        var kept = Math.Min(_length, MostSaid - said.Length);
        _said.AsSpan(_length - kept, kept).CopyTo(_said);
        said.CopyTo(_said.AsSpan(kept));
        _length = kept + said.Length;
    }

    private void CloseOutput()
    {
        if (_output < 0)
            return;
        _loop.Unwatch(_watch);
        Descriptors.Close(_output);
        _output = -1;
    }

    private void Tell(WaitStatus? ended, string? problem, bool isOurs = false)
    {
        _alarm?.Cancel();
        _reports.Beside.Remove(this);
        var tell = _ended;
        _ended = null;
        var said = Encoding.UTF8.GetString(_said.AsSpan(0, _length)).Trim();
        tell?.Invoke(new SideResult(ended, problem, said, isOurs));
    }
}
