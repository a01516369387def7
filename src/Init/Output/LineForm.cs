namespace Init.Output;

/// <summary>How a program's lines look on a shared stream.</summary>
internal abstract class LineForm
{
    /// <summary>
    /// Appends whole lines, each with its newline, to a stream's queue. Returns how many bytes of them were taken: all, unless the
    /// stream got crowded on the way.
    /// </summary>
    internal abstract int Write(SharedStream stream, ReadOnlySpan<byte> lines, in LineOrigin origin);

    /// <summary>A line of our own in place of the program's: `3 lines dropped`.</summary>
    internal abstract void WriteNotice(SharedStream stream, string text, in LineOrigin origin);
}

/// <summary>Where a line comes from and when it was read.</summary>
internal readonly record struct LineOrigin(int Pid, DateTimeOffset Time);

/// <summary>The bytes as they are.</summary>
internal sealed class PlainForm(string program) : LineForm
{
    internal override int Write(SharedStream stream, ReadOnlySpan<byte> lines, in LineOrigin origin)
    {
        stream.Write(lines);
        return lines.Length;
    }

    internal override void WriteNotice(SharedStream stream, string text, in LineOrigin origin) =>
        stream.Write(System.Text.Encoding.UTF8.GetBytes($"{program}: {text}\n"));
}
