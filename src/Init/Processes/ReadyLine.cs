using System.Text;
using System.Text.RegularExpressions;
using Init.Config;
using Init.Output;

namespace Init.Processes;

/// <summary>log:regex: the program prints a line like that, on stdout or stderr. An expression that takes too long is given up for this run.</summary>
internal sealed class ReadyLine(Subprocess process, string pattern) : ReadyWatch
{
    private readonly Regex _pattern = new(pattern);
    private int _pid;
    private string? _problem;

    internal override string? Problem => _problem;

    internal override void Begin(int pid)
    {
        _pid = pid;
        process.Stdout.Tap = new Stream(this);
        if (process.Stderr is { } stderr)
            stderr.Tap = new Stream(this);
    }

    internal override void LeaveStarting() => Dispose();

    public override void Dispose()
    {
        _pid = 0; // also for what is left of the chunk at hand
        process.Stdout.Tap = null;
        if (process.Stderr is { } stderr)
            stderr.Tap = null;
    }

    private void See(ReadOnlySpan<byte> line)
    {
        if (!IsMatch(Encoding.UTF8.GetString(line).TrimEnd('\r')))
            return;
        Dispose(); // it is said once
        process.Handle(ProcessInput.Ready);
    }

    private bool IsMatch(string line)
    {
        try
        {
            return _pattern.IsMatch(line);
        }
        catch (RegexMatchTimeoutException)
        {
            Dispose();
            _problem = "the expression takes too long";
            process.Log(LogLevel.Error, $"{process.Config.Name}: {_problem}, its output is not looked at any more: log:{pattern}");
            return false;
        }
    }

    /// <summary>The lines of one of its streams, of which a long one is looked at in pieces.</summary>
    private sealed class Stream(ReadyLine owner) : IOutputReader
    {
        private const int LongestLine = 8192;

        private readonly ByteQueue _line = new(kept: 256);

        void IOutputReader.Read(int pid, ReadOnlySpan<byte> said)
        {
            // What a descendant of an earlier run says is not of this one.
            while (pid == owner._pid && !said.IsEmpty)
            {
                var end = said.IndexOf((byte)'\n');
                _line.Append(said[..(end < 0 ? said.Length : end)]);
                said = end < 0 ? [] : said[(end + 1)..];
                if (end < 0 && _line.Length < LongestLine)
                    break;
                owner.See(_line.Unread);
                _line.Clear();
            }
        }
    }
}
