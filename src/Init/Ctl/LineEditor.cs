using System.Globalization;
using Init.Os;

namespace Init.Ctl;

/// <summary>
/// Reads lines from a terminal with editing, history and completion. The terminal is key by key only while a line is typed: an action
/// finds it as it was.
/// </summary>
internal sealed class LineEditor(Printer output, Waiting waiting, History history, Completion completion)
{
    private const int Stdin = 0;
    private const int UsualColumns = 80;

    private readonly List<byte> _received = [];
    private string _prompt = "";
    private LineBuffer _line = new([]);

    /// <summary>What the screen shows of the line, with the cursor behind it; null when it has to be drawn anew.</summary>
    private string? _shown;

    /// <summary>null at the end of the input.</summary>
    internal string? ReadLine(string prompt)
    {
        (_prompt, _line) = (prompt, new LineBuffer(history.Lines));
        completion.Forget();
        using var keys = TerminalState.KeyByKey(Stdin);
        output.Write(prompt);
        _shown = "";
        Show();
        var afterTab = false;
        while (Next(out var key, out var character))
        {
            switch (key)
            {
                case Key.Enter:
                    _line.Apply(Key.End);
                    Show();
                    return End(_line.Text);
                case Key.EndOfInput when _line.Length == 0:
                    return null; // the shell ends the line
                case Key.EndOfInput: _line.Apply(Key.Delete); break;
                case Key.Character: _line.Insert(character); break;
                case Key.Tab: Complete(list: afterTab); break;
                case Key.ClearScreen: output.Command("\x1b[H\x1b[2J"); _shown = null; break;
                default: _line.Apply(key); break;
            }
            afterTab = key == Key.Tab;
            Show();
        }
        return null;
    }

    private string End(string text)
    {
        output.Write("\n");
        output.Flush();
        history.Add(text);
        return text;
    }

    private bool Next(out Key key, out string character)
    {
        Span<byte> buffer = stackalloc byte[256];
        while (true)
        {
            var length = KeyDecoder.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_received), out key, out var rune);
            character = rune.ToString();
            if (length > 0)
            {
                _received.RemoveRange(0, length);
                return true;
            }
            var count = waiting.Read(Stdin, buffer);
            if (count <= 0) return false;
            _received.AddRange(buffer[..count]);
        }
    }

    /// <summary>Inserts what all offers have in common; a second Tab lists them.</summary>
    private void Complete(bool list)
    {
        var before = _line.BeforeCursor;
        var word = before[Completion.WordStart(before)..];
        var offers = completion.Offers(_line.Text, word);
        if (offers.Count == 0) return;
        var common = offers[0];
        foreach (var offer in offers)
            common = common[..common.AsSpan().CommonPrefixLength(offer)];
        if (common.Length > word.Length)
            _line.Insert(common[word.Length..]);
        else if (list)
        {
            output.Write("\n" + string.Join("  ", offers.Select(offer => offer.TrimEnd())) + "\n");
            _shown = null;
        }
    }

    /// <summary>
    /// Shows the line as it is now: what is new at its end, or all of it anew. One that is wider than the terminal is shown around the
    /// cursor.
    /// </summary>
    private void Show()
    {
        var columns = TerminalState.Columns(1) is > 0 and var width ? width : UsualColumns;
        var room = Math.Max(8, columns - _prompt.Length - 1);
        var first = Math.Max(0, _line.Cursor - room);
        var last = Math.Min(_line.Length, first + room);
        var visible = _line.ToString(first, last);
        if (_shown is { } shown && last == _line.Cursor && visible.StartsWith(shown, StringComparison.Ordinal))
            output.Write(visible[shown.Length..]);
        else
        {
            output.Command("\r");
            output.Write(_prompt + visible);
            output.Command("\x1b[K");
            if (last > _line.Cursor)
                output.Command(string.Create(CultureInfo.InvariantCulture, $"\x1b[{last - _line.Cursor}D"));
        }
        _shown = last == _line.Cursor ? visible : null;
        output.Flush();
    }
}
