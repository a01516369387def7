using Init.Native;
using Init.Os;

namespace Init.Ctl;

/// <summary>Lines from stdin, and answers to questions.</summary>
internal sealed class LineInput(Printer output, Waiting waiting)
{
    private const int Stdin = 0;

    private readonly List<byte> _received = [];
    private bool _ended;

    internal static bool IsTerminal => Descriptors.KindOf(Stdin) == FileKind.Terminal;

    /// <summary>Whether a whole line has been received that poll does not know of.</summary>
    internal bool HasLine => _ended || _received.Contains((byte)'\n');

    /// <summary>The next line without its end; null at the end of the input.</summary>
    internal string? ReadLine() => ReadLine(Stdin);

    /// <summary>Writes a question and reads the answer.</summary>
    internal string? Ask(string question)
    {
        output.Write(question);
        output.Flush();
        return ReadLine();
    }

    /// <summary>The same, on the terminal if there is one, and without showing what is typed.</summary>
    internal string? AskSecret(string question)
    {
        var terminal = OpenTerminal();
        try
        {
            using var silence = TerminalState.Silent(terminal);
            if (terminal == Stdin)
                return AskAndEndLine(question);
            Descriptors.WriteAll(terminal, PosixText.Bytes(question));
            var answer = ReadLine(terminal);
            Descriptors.WriteAll(terminal, "\n"u8);
            return answer;
        }
        finally
        {
            if (terminal != Stdin)
                Descriptors.Close(terminal);
        }
    }

    private string? AskAndEndLine(string question)
    {
        var answer = Ask(question);
        if (IsTerminal) // the newline was not shown either
            output.Write("\n");
        return answer;
    }

    private static int OpenTerminal()
    {
        if (IsTerminal) return Stdin;
        try
        {
            return Descriptors.Open("/dev/tty", Libc.O_RDWR | Libc.O_NOCTTY);
        }
        catch (SyscallException)
        {
            return Stdin; // no terminal at all: whoever writes the input knows what it says
        }
    }

    private string? ReadLine(int descriptor)
    {
        Span<byte> buffer = stackalloc byte[4096];
        int end;
        while ((end = _received.IndexOf((byte)'\n')) < 0)
        {
            var count = _ended ? 0 : waiting.Read(descriptor, buffer);
            if (count <= 0)
            {
                _ended = true;
                if (_received.Count == 0) return null;
                end = _received.Count;
                break;
            }
            _received.AddRange(buffer[..count]);
        }
        var line = PosixText.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_received)[..end]);
        _received.RemoveRange(0, Math.Min(end + 1, _received.Count));
        return line;
    }
}
