using System.Buffers;
using System.Text;

namespace Init.XmlRpc;

/// <summary>
/// Text between tags. `&amp;`, `&lt;` and `&gt;` are escaped, and nothing else that Supervisor would not escape, but for what
/// breaks its replies: a carriage return is a reference, for a parser makes a bare one a newline, and what is no XML
/// character becomes U+FFFD.
/// </summary>
internal sealed partial class XmlRpcWriter
{
    // Nearly all text is nothing else, and this is looked for many characters at a time.
    private static readonly SearchValues<char> _plain = SearchValues.Create(Plain());
    private static readonly SearchValues<byte> _plainBytes = SearchValues.Create(Encoding.ASCII.GetBytes(Plain()));

    private static string Plain()
    {
        var plain = new StringBuilder();
        for (var c = '\0'; c < 0x80; c++)
            if (IsClean(c))
                plain.Append(c);
        return plain.ToString();
    }

    /// <summary>Of characters that are encoded at once.</summary>
    private const int MostAtOnce = 4096;

    private void Text(ReadOnlySpan<char> text)
    {
        for (; text.Length > MostAtOnce; text = text[Half(text)..])
            ShortText(text[..Half(text)]);
        ShortText(text);

        // Not between the two halves of one character.
        static int Half(ReadOnlySpan<char> text) => char.IsHighSurrogate(text[MostAtOnce - 1]) ? MostAtOnce - 1 : MostAtOnce;
    }

    private void ShortText(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var clean = text.IndexOfAnyExcept(_plain);
            if (clean < 0)
                clean = text.Length;
            while (clean < text.Length && IsClean(text[clean]))
                clean++;
            // What is no UTF-16, a lone surrogate, becomes U+FFFD here too.
            Advance(Encoding.UTF8.GetBytes(text[..clean], Room(clean * 3)));
            if (clean == text.Length)
                return;
            Escape(text[clean]);
            text = text[(clean + 1)..];
        }
    }

    private void Text(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            var clean = utf8.IndexOfAnyExcept(_plainBytes);
            if (clean < 0)
                clean = utf8.Length;
            Bytes(utf8[..clean]);
            utf8 = utf8[clean..];
            if (utf8.IsEmpty)
                return;
            if (utf8[0] < 0x80)
            {
                Escape((char)utf8[0]);
                utf8 = utf8[1..];
                continue;
            }
            var status = Rune.DecodeFromUtf8(utf8, out var rune, out var count);
            Raw(status == OperationStatus.Done && rune.Value is not (0xFFFE or 0xFFFF) ? utf8[..count] : "\uFFFD"u8);
            utf8 = utf8[count..];
        }
    }

    /// <summary>How many bytes at the end are the begin of a character that has more.</summary>
    private static int Unfinished(ReadOnlySpan<byte> utf8)
    {
        for (var count = 1; count <= Math.Min(3, utf8.Length); count++)
            if (utf8[^count] >= 0xC0)
                return Rune.DecodeFromUtf8(utf8[^count..], out _, out _) == OperationStatus.NeedMoreData ? count : 0;
            else if (utf8[^count] < 0x80)
                return 0;
        return 0;
    }

    private static bool IsClean(char c) => c switch
    {
        '&' or '<' or '>' => false,
        < ' ' => c is '\t' or '\n',
        _ => c < '\uFFFE',
    };

    private void Escape(char c) => Raw(c switch
    {
        '&' => "&amp;"u8,
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '\r' => "&#13;"u8,
        _ => "\uFFFD"u8,
    });
}
