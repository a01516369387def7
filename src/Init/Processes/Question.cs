using System.Text;
using Init.Config;
using Init.Loop;
using Init.Os;

namespace Init.Processes;

/// <summary>What a question has come to.</summary>
/// <param name="Problem">Null when the probe holds, else the reason why not, in a few words.</param>
/// <param name="IsOurs">We could not ask, for want of processes, descriptors or memory: that says nothing about the program.</param>
internal readonly record struct Outcome(string? Problem, bool IsOurs = false)
{
    internal static Outcome Of(int errno) => new(TextOf(errno), Errno.IsScarcity(errno));

    /// <summary>errno's text as it stands in the middle of a line: `connection refused`.</summary>
    private static string TextOf(int errno)
    {
        var text = Errno.Text(errno);
        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}

/// <summary>A probe that is being asked. The answer comes once; after Abandon it does not come.</summary>
internal abstract class Question(EventLoop loop, Action<Outcome> answered)
{
    private Action<Outcome>? _answered = answered;
    private Alarm? _alarm;
    private bool _isStarted;

    protected EventLoop Loop => loop;

    protected bool IsOpen => _answered is not null;

    /// <summary>Begins to ask.</summary>
    internal void Start(TimeSpan timeout)
    {
        _alarm = loop.Alarms.Set(Clock.Now + timeout, () => TimeOut(timeout), judges: true);
        Begin();
        _isStarted = true;
    }

    /// <summary>The answer is not wanted any more.</summary>
    internal void Abandon()
    {
        _answered = null;
        _alarm?.Cancel();
        Close();
    }

    protected abstract void Begin();

    /// <summary>Gives up what it holds; may be called more than once.</summary>
    protected abstract void Close();

    protected void Answer(Outcome outcome)
    {
        _alarm?.Cancel();
        // Known already? Then a little later: never call back before Ask returns.
        if (_isStarted)
            Tell(outcome);
        else
            _alarm = loop.Alarms.Set(Clock.Now, () => Tell(outcome));
    }

    private void Tell(Outcome outcome)
    {
        var tell = _answered;
        _answered = null;
        tell?.Invoke(outcome);
    }

    private void TimeOut(TimeSpan timeout)
    {
        Close();
        Answer(new Outcome(FormattableString.Invariant($"no answer within {timeout.TotalSeconds:0.###} s")));
    }
}

/// <summary>
/// Something about a path, which another thread asks: the path may lead to a mount that does not answer. While an earlier question of the
/// same hangs, this one has no answer either.
/// </summary>
/// <param name="ask">On the other thread.</param>
internal class PathQuestion(EventLoop loop, string about, Func<Outcome> ask, Action<Outcome> answered) : Question(loop, answered)
{
    protected override void Begin() => Abandonable.TryStart(about, ask, outcome => Loop.Post(() => Answer(outcome)));

    protected override void Close()
    {
    }
}

/// <summary>Is the file there?</summary>
internal sealed class FileQuestion(EventLoop loop, Subprocess process, string path, Action<Outcome> answered)
    : PathQuestion(loop, $"{process.Namespec}: file {path}", () => Descriptors.Stat(path).Kind == FileKind.Missing ? Outcome.Of(Errno.Last) : default, answered);

/// <summary>Does the command end with status 0?</summary>
internal sealed class CommandQuestion(EventLoop loop, Subprocess process, CommandText text, TimeSpan timeout, Action<Outcome> answered)
    : Question(loop, answered)
{
    private SideCommand? _command;

    protected override void Begin() =>
        _command = process.RunBeside(text, timeout, result => Answer(result.IsSuccess ? default : new Outcome(OneLine(result.ToString()), result.IsOurs)));

    protected override void Close() => _command?.Abandon();

    /// <summary>What it said may be many lines, and is not to move a terminal's cursor.</summary>
    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
            if (!char.IsControl(c))
                line.Append(c);
            else if (line is [.., not ' '])
                line.Append(' ');
        return line.ToString();
    }
}
