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

    private readonly Reports _reports;
    private readonly EventLoop _loop;
    private readonly TimeSpan _timeout;
    private readonly byte[] _said = new byte[2 * MostSaid];
    private Action<SideResult>? _ended;
    private Alarm? _alarm;
    private int _pid;
    private int _length;
    private int _output = -1;
    private int _watch;

    private SideCommand(Reports reports, EventLoop loop, TimeSpan timeout, Action<SideResult> ended) =>
        (_reports, _loop, _timeout, _ended) = (reports, loop, timeout, ended);

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

    /// <summary>Ends it, if it still runs; nobody is told.</summary>
    internal void Abandon()
    {
        _ended = null;
        Kill();
    }

    public void Reaped(WaitStatus ended)
    {
        _pid = 0;
        while (_output >= 0 && ReadSome())
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
        _alarm = _loop.Alarms.Set(Clock.Now + _timeout, TimeOut);
    }

    private void TimeOut()
    {
        Kill();
        Tell(null, FormattableString.Invariant($"it did not end within {_timeout.TotalSeconds:0.###} s"));
    }

    private void Kill()
    {
        if (_pid != 0)
            _ = Children.Signal(-_pid, Signals.SIGKILL); // its whole group; ESRCH: it has just ended
    }

    /// <summary>Takes what there is, as far as it fits; false when there is no more.</summary>
    private bool ReadSome()
    {
        if (_length > MostSaid)
        {
            _said.AsSpan(_length - MostSaid, MostSaid).CopyTo(_said);
            _length = MostSaid;
        }
        var count = Descriptors.Read(_output, _said.AsSpan(_length));
        if (count > 0)
            _length += count;
        else if (count == 0)
            CloseOutput();
        return count > 0;
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
        var said = Encoding.UTF8.GetString(_said.AsSpan(Math.Max(0, _length - MostSaid), Math.Min(_length, MostSaid))).Trim();
        tell?.Invoke(new SideResult(ended, problem, said, isOurs));
    }
}
