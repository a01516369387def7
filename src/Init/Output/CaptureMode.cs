namespace Init.Output;

/// <summary>What becomes of the pieces of a run's output.</summary>
internal interface ICaptureHandler
{
    void Said(ReadOnlySpan<byte> chunk, in LineOrigin origin);

    /// <summary>Said between the tokens, and not for the log.</summary>
    void SaidInCapture(ReadOnlySpan<byte> chunk);

    /// <summary>All that was said between two tokens.</summary>
    void Captured(ReadOnlySpan<byte> data);
}

/// <summary>
/// Finds what one run of a program says between `&lt;!--XSUPERVISOR:BEGIN-->` and `&lt;!--XSUPERVISOR:END-->` (L-147, L-148). Only what may
/// be the beginning of a token is held back, and nothing is lost at the end of the run, where Supervisor holds back and loses up to 24
/// bytes and an unfinished capture (L-150, L-151).
/// </summary>
internal sealed class CaptureMode(long limit, ICaptureHandler handler)
{
    private static readonly byte[] _begin = "<!--XSUPERVISOR:BEGIN-->"u8.ToArray();
    private static readonly byte[] _end = "<!--XSUPERVISOR:END-->"u8.ToArray();

    private readonly ByteQueue _captured = new(kept: 0);
    private int _held; // so many first bytes of the awaited token
    private bool _capturing;

    private byte[] Awaited => _capturing ? _end : _begin;

    internal void Take(ReadOnlySpan<byte> chunk, in LineOrigin origin)
    {
        if (_held > 0)
            chunk = (byte[])[.. Awaited.AsSpan(0, _held), .. chunk];
        while (chunk.IndexOf(Awaited) is >= 0 and var index)
        {
            var length = Awaited.Length;
            Said(chunk[..index], origin);
            chunk = chunk[(index + length)..];
            if (_capturing)
                Finish();
            _capturing = !_capturing;
        }
        _held = BeginningOf(Awaited, chunk);
        Said(chunk[..^_held], origin);
    }

    /// <summary>No more will come: what was held was no token, and what was captured is no message, so it goes where the rest went.</summary>
    internal void End(in LineOrigin origin)
    {
        Said(Awaited.AsSpan(0, _held), origin);
        _held = 0;
        if (!_capturing)
            return;
        _capturing = false;
        Said(_captured.Unread, origin);
        _captured.Clear();
    }

    private void Said(ReadOnlySpan<byte> chunk, in LineOrigin origin)
    {
        if (chunk.IsEmpty)
            return;
        if (!_capturing)
        {
            handler.Said(chunk, origin);
            return;
        }
        // As many bytes as come now make room for them, and what comes now is kept whole (L-149).
        if (_captured.Length + chunk.Length > limit)
            _captured.Consume(Math.Min(_captured.Length, chunk.Length));
        _captured.Append(chunk);
        handler.SaidInCapture(chunk);
    }

    private void Finish()
    {
        handler.Captured(_captured.Unread);
        _captured.Clear();
    }

    /// <summary>How many bytes at the end may be the first ones of a token.</summary>
    private static int BeginningOf(ReadOnlySpan<byte> token, ReadOnlySpan<byte> chunk)
    {
        for (var length = Math.Min(token.Length - 1, chunk.Length); length > 0; length--)
            if (chunk.EndsWith(token[..length]))
                return length;
        return 0;
    }
}
