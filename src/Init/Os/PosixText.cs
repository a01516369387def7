using System.Text;

namespace Init.Os;

/// <summary>
/// Text as POSIX has it: bytes without NUL, usually UTF-8. A byte that is not UTF-8 becomes a lone surrogate U+DC80..U+DCFF and back
/// again, as in Python's surrogateescape, so that an environment or a path passes through us unchanged.
/// </summary>
internal static class PosixText
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            var text = new StringBuilder(bytes.Length);
            while (bytes.Length > 0)
            {
                if (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == System.Buffers.OperationStatus.Done)
                    text.Append(rune.ToString());
                else
                    foreach (var invalid in bytes[..consumed])
                        text.Append((char)(0xDC00 + invalid));
                bytes = bytes[consumed..];
            }
            return text.ToString();
        }
    }

    /// <summary>The bytes of a text alone.</summary>
    internal static ReadOnlySpan<byte> Bytes(string text) => Encode(text).AsSpan()[..^1];

    /// <summary>The bytes of a text, with a NUL at the end.</summary>
    internal static byte[] Encode(string text)
    {
        try
        {
            var bytes = new byte[_strict.GetByteCount(text) + 1];
            _strict.GetBytes(text, bytes);
            return bytes;
        }
        catch (EncoderFallbackException)
        {
            return EncodeWithSurrogates(text);
        }
    }

    private static byte[] EncodeWithSurrogates(string text)
    {
        var bytes = new List<byte>(text.Length + 1);
        Span<byte> buffer = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is >= '\uDC80' and <= '\uDCFF' && (i == 0 || !char.IsHighSurrogate(text[i - 1])))
            {
                bytes.Add((byte)(text[i] - 0xDC00));
                continue;
            }
            var rune = Rune.TryGetRuneAt(text, i, out var valid) ? valid : Rune.ReplacementChar;
            i += rune.Utf16SequenceLength - 1;
            foreach (var b in buffer[..rune.EncodeToUtf8(buffer)])
                bytes.Add(b);
        }
        bytes.Add(0);
        return [.. bytes];
    }

    /// <summary>A text in which nothing commands a terminal (<see cref="VisibleText"/>): such characters are replaced, or left out by a NUL.</summary>
    internal static string Harmless(string text, char replacement)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var character in text)
            if (!VisibleText.IsCommand(character))
                shown.Append(character);
            else if (replacement != '\0')
                shown.Append(replacement);
        return shown.ToString();
    }
}
