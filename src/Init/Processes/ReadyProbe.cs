using Init.Config;
using Init.Loop;
using Init.Os;

namespace Init.Processes;

/// <summary>
/// What the program does not say itself: it is looked for again and again, at first in quick succession, then at <see cref="Pause"/>s. Of
/// a file, and of a socket that is not there yet, the kernel tells; then there is only a look now and then, for what it does not see.
/// </summary>
internal sealed class ReadyProbe(Subprocess process, Probe probe, Prober prober, EventLoop loop) : ReadyWatch
{
    private const double LookedForWithEase = 50;

    private static readonly TimeSpan _ofSockets = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _ofAnswers = TimeSpan.FromSeconds(30);

    /// <summary>From then on a question without an answer says more than the answer of the one before.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(1);

    private TimeSpan _began;
    private Question? _question;
    private Alarm? _alarm;
    private Action? _unwatch;
    private Place _place;
    private bool _hasChanged;
    private bool _isOver = true; // it has not begun

    private TimeSpan _asked;
    private string? _problem; // when it was last asked

    internal override string? Problem => ProblemOf(probe, _problem, _question is null ? null : Clock.Now - _asked);

    /// <param name="last">The last answer.</param>
    /// <param name="open">For how long the question under way has no answer; null when there is none.</param>
    internal static string? ProblemOf(Probe probe, string? last, TimeSpan? open)
    {
        if (open is null || (last is not null && open < _silence))
            return last;
        return probe is Probe.Command ? "it has not ended" : "no answer";
    }

    internal override void Begin(int pid)
    {
        _began = Clock.Now;
        prober.Looking++;
        _isOver = false;
        Ask();
    }

    /// <summary>How long to wait until it is asked again.</summary>
    /// <param name="elapsed">Since the program was started.</param>
    /// <param name="isTold">The kernel will tell of a change.</param>
    /// <param name="looking">How many programs are looked for at the moment: with hundreds, each has to wait longer.</param>
    internal static TimeSpan Pause(Probe probe, TimeSpan elapsed, bool isTold, int looking)
    {
        var (shortest, longest) = probe switch
        {
            _ when isTold => (1000, 1000),
            Probe.Command => (50, 1000), // a process each time
            Probe.Http => (10, 100), // the program has work with it
            // Within 50 ms of the fact, for as long as a start usually takes.
            _ => (5, elapsed < TimeSpan.FromSeconds(30) ? 30 : 250),
        };
        return TimeSpan.FromMilliseconds(Math.Clamp(elapsed.TotalMilliseconds / 8, shortest, longest)) * Math.Max(1, looking / LookedForWithEase);
    }

    private void Ask()
    {
        _alarm?.Cancel();
        _hasChanged = false;
        _asked = Clock.Now;
        if (PathOf(probe) is not { } path)
        {
            AskProbe();
            return;
        }
        // Watched first: what comes in between is then either told or found.
        _question = new PathQuestion(loop, $"{process.Namespec}: on the way to {path}", () => Find(path), outcome =>
        {
            if (outcome.Problem is not null)
            {
                Answered(outcome);
                return;
            }
            Watch();
            AskProbe();
        });
        _question.Start(_ofSockets);
    }

    private void AskProbe() => _question = prober.Ask(process, probe, probe is Probe.Http or Probe.Command ? _ofAnswers : _ofSockets, Answered);

    private void Answered(Outcome outcome)
    {
        _question = null;
        _problem = outcome.Problem;
        if (_isOver)
            return;
        if (outcome.Problem is null)
        {
            Dispose();
            process.Handle(ProcessInput.Ready);
            return;
        }
        var now = Clock.Now;
        var isTold = _unwatch is not null && (probe is Probe.File || !_place.Exists);
        _alarm = loop.Alarms.Set(_hasChanged ? now : now + Pause(probe, now - _began, isTold, prober.Looking), Ask);
    }

    /// <summary>What is there of a path: the last directory on the way to it, and whether it is there itself.</summary>
    private readonly record struct Place(string Directory, bool Exists);

    /// <summary>On another thread.</summary>
    private Outcome Find(string path)
    {
        var directory = PosixPath.DirectoryOf(path);
        while (directory.Length > 1 && Descriptors.Stat(directory).Kind != FileKind.Directory)
            directory = PosixPath.DirectoryOf(directory);
        var place = new Place(directory, Descriptors.Stat(path).Kind != FileKind.Missing);
        loop.Post(() => _place = place); // before the answer is
        return default;
    }

    /// <summary>Has the kernel tell of what comes where the file, or the directories on the way to it, will be.</summary>
    private void Watch()
    {
        // Each time: a directory that was made anew has the same path, but our watch went with the old one.
        var before = _unwatch;
        _unwatch = loop.Files.Watch(_place.Directory, Changed, isDirectory: true);
        before?.Invoke();
    }

    private void Changed()
    {
        _hasChanged = true;
        if (_question is null)
            Ask();
    }

    private static string? PathOf(Probe probe) => probe switch
    {
        Probe.File(var path) => path,
        Probe.Unix(var path) => path,
        _ => null,
    };

    internal override void LeaveStarting() => Dispose();

    public override void Dispose()
    {
        if (!_isOver)
            prober.Looking--;
        _isOver = true;
        _question?.Abandon();
        _question = null;
        _alarm?.Cancel();
        _unwatch?.Invoke();
        _unwatch = null;
    }
}
