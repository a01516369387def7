using System.Text;
using System.Text.RegularExpressions;

namespace Init.Integration.Harness;

/// <summary>What a process has written to one stream so far, in lines. Filled by a thread, read by the test.</summary>
internal sealed class Transcript
{
    private readonly object _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<byte> _partial = [];
    private bool _ended;

    /// <summary>The lines so far; a last line without its newline is included.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return _partial.Count == 0 ? [.. _lines] : [.. _lines, Text(_partial)];
        }
    }

    /// <summary>How many complete lines there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _lines.Count;
        }
    }

    public bool Ended
    {
        get
        {
            lock (_gate)
                return _ended;
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
            {
                _partial.AddRange(bytes[..end]);
                _lines.Add(Text(_partial));
                _partial.Clear();
                bytes = bytes[(end + 1)..];
            }

            _partial.AddRange(bytes);
            Monitor.PulseAll(_gate);
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The first match in the <paramref name="times"/>th line that matches; null when it does not come in time.</summary>
    public Match? WaitFor(Regex pattern, TimeSpan timeout, int times = 1)
    {
        var deadline = DateTime.UtcNow + timeout;
        var (next, found) = (0, 0);
        lock (_gate)
        {
            while (true)
            {
                for (; next < _lines.Count; next++)
                    if (pattern.Match(_lines[next]) is { Success: true } match && ++found == times)
                        return match;
                if (_partial.Count > 0 && found + 1 == times && pattern.Match(Text(_partial)) is { Success: true } last)
                    return last;
                var left = deadline - DateTime.UtcNow;
                if (_ended || left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                    return null;
            }
        }
    }

    public bool WaitForEnd(TimeSpan timeout) => Eventually.Holds(() => Ended, timeout);

    public override string ToString() => string.Join('\n', Lines);

    // A terminal turns LF into CRLF.
    private static string Text(List<byte> line) => Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
}
