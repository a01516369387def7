using Init.Os;

namespace Init.Output;

// The end of the daemon: what still waits is written synchronously, for as long as somebody reads.
internal sealed partial class SharedStream
{
    /// <summary>The last attempt, synchronously; gives up when nothing has moved for as long as the patience lasts.</summary>
    internal void DrainAtExit(TimeSpan patience) => DrainAtExit(() => [this], patience, Clock.Now + patience * 3);

    /// <summary>
    /// The last attempt for several streams at once: each is given up when it has not moved for as long as the patience lasts, and all at
    /// the deadline. One that was given up is not waited for again.
    /// </summary>
    /// <param name="streams">Asked in each round: brings in what is still to be read, and says where there may be something to write.</param>
    internal static void DrainAtExit(Func<IReadOnlyCollection<SharedStream>> streams, TimeSpan patience, TimeSpan deadline)
    {
        while (true)
        {
            var all = streams();
            var moved = false;
            foreach (var stream in all)
                moved |= stream.Drain(patience);
            var waiting = all.Where(stream => !stream.IsIdle && !stream._givenUp).ToList();
            if (waiting.Count == 0)
                return;
            var now = Clock.Now;
            if (now >= deadline)
                break;
            if (!moved)
            {
                var until = waiting.Min(stream => stream._patientUntil ?? now);
                OutputDescriptors.WaitWritable([.. waiting.Select(stream => stream._writer.Descriptor)], (until < deadline ? until : deadline) - now);
            }
        }
        foreach (var stream in streams())
            stream._givenUp |= !stream.IsIdle;
    }

    /// <summary>True when something has moved.</summary>
    private bool Drain(TimeSpan patience)
    {
        var before = _moved;
        WriteQueued();
        Release();
        var now = Clock.Now;
        if (_moved != before || _patientUntil is null)
            _patientUntil = now + patience;
        if (IsIdle)
            _patientUntil = null;
        _givenUp |= now >= _patientUntil;
        return _moved != before;
    }
}
