namespace Init.Output;

/// <summary>Where the chunks of one run of a program go: one sink per pipe, so that the lines of two runs never mix.</summary>
internal abstract class RunSink
{
    /// <summary>Whether a chunk can be taken now; asked before each read, so that what cannot be taken stays in the pipe.</summary>
    internal virtual bool HasRoom => true;

    /// <summary>The stream to wait for when there is no room.</summary>
    internal virtual SharedStream? Stream => null;

    /// <summary>Whether others wait for room already, and this one has to go behind them.</summary>
    internal virtual bool MustQueue => Stream is { HasWaiters: true };

    /// <summary>Whether something is held that could go out as soon as there is room.</summary>
    internal virtual bool IsHolding => false;

    /// <summary>How many lines were given up because nobody took them.</summary>
    internal virtual long Dropped => 0;

    internal abstract void Take(ReadOnlySpan<byte> chunk, in LineOrigin origin);

    /// <summary>Hands on what was held back, as far as there is room. True when nothing more is held.</summary>
    /// <param name="atEnd">No chunk will follow: an unfinished line is complete as it is.</param>
    internal virtual bool Advance(bool atEnd, in LineOrigin origin) => true;
}

/// <summary>A log file of the program's own: chunks as they come.</summary>
internal sealed class FileSink(LogFile file) : RunSink
{
    internal override void Take(ReadOnlySpan<byte> chunk, in LineOrigin origin) => file.Write(chunk);
}

/// <summary>A pipe or device of the program's own: chunks as they come, at its speed.</summary>
internal sealed class RawSink(SharedStream stream) : RunSink
{
    internal override SharedStream Stream => stream;

    internal override bool HasRoom => stream.MakeRoom();

    internal override void Take(ReadOnlySpan<byte> chunk, in LineOrigin origin) => stream.Write(chunk);
}
