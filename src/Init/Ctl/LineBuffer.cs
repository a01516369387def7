using System.Text;

namespace Init.Ctl;

/// <summary>A line being typed: its text, the cursor, and the lines before it. Pure: it knows no terminal.</summary>
internal sealed class LineBuffer(IReadOnlyList<string> history)
{
    private readonly List<Rune> _text = [];
    private int _line = history.Count;
    private string _typed = "";

    internal int Cursor { get; private set; }

    internal string Text => ToString(0, _text.Count);

    internal string BeforeCursor => ToString(0, Cursor);

    internal int Length => _text.Count;

    internal string ToString(int start, int end)
    {
        var text = new StringBuilder();
        for (var i = start; i < end; i++)
            text.Append(_text[i].ToString());
        return text.ToString();
    }

    internal void Insert(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            _text.Insert(Cursor++, rune);
    }

    /// <summary>Does what a key means here; Enter, Tab and the end of input are the editor's.</summary>
    internal void Apply(Key key)
    {
        switch (key)
        {
            case Key.Backspace when Cursor > 0: _text.RemoveAt(--Cursor); break;
            case Key.Delete when Cursor < _text.Count: _text.RemoveAt(Cursor); break;
            case Key.Left when Cursor > 0: Cursor--; break;
            case Key.Right when Cursor < _text.Count: Cursor++; break;
            case Key.Home: Cursor = 0; break;
            case Key.End: Cursor = _text.Count; break;
            case Key.KillToEnd: _text.RemoveRange(Cursor, _text.Count - Cursor); break;
            case Key.KillToStart: Remove(0); break;
            case Key.KillWord: Remove(PreviousWord()); break;
            case Key.Up: Recall(_line - 1); break;
            case Key.Down: Recall(_line + 1); break;
        }
    }

    private void Remove(int from)
    {
        _text.RemoveRange(from, Cursor - from);
        Cursor = from;
    }

    private int PreviousWord()
    {
        var at = Cursor;
        while (at > 0 && Rune.IsWhiteSpace(_text[at - 1])) at--;
        while (at > 0 && !Rune.IsWhiteSpace(_text[at - 1])) at--;
        return at;
    }

    private void Recall(int line)
    {
        if (line < 0 || line > history.Count) return;
        if (_line == history.Count)
            _typed = Text;
        _line = line;
        _text.Clear();
        Cursor = 0;
        Insert(line == history.Count ? _typed : history[line]);
    }
}
