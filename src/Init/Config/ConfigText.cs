using System.Text;
using System.Text.Unicode;

namespace Init.Config;

/// <summary>The text of a configuration file: UTF-8, with or without a byte order mark.</summary>
internal static class ConfigText
{
    /// <summary>A hundred thousand programs have less.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>null when there is no such file, or when it cannot be read (then unreadable is true).</summary>
    /// <exception cref="ConfigException">The file is not UTF-8 (C-040), or no configuration is that large: a device without end, a log.</exception>
    internal static string? Read(string path, out bool unreadable)
    {
        unreadable = false;
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            bytes = ReadAll(file) ?? throw new ConfigException($"{path} is larger than {MaxBytes} bytes");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            unreadable = true; // no permission, a directory, a device that gives an error
            return null;
        }
        return Decode(bytes);
    }

    private static byte[]? ReadAll(FileStream file)
    {
        using var all = new MemoryStream();
        var piece = new byte[64 * 1024];
        for (int count; (count = file.Read(piece)) > 0;)
        {
            if (all.Length + count > MaxBytes)
                return null;
            all.Write(piece, 0, count);
        }
        return all.ToArray();
    }

    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes)) throw BadByte(bytes);
        // Supervisor takes a byte order mark for text before the first section (C-041); editors write it, so we skip it.
        return Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes);
    }

    /// <summary>
    /// Python's words for the first ill-formed sequence. The position counts from the start of the file; Python's starts anew
    /// every 8 KB.
    /// </summary>
    private static ConfigException BadByte(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        var rest = bytes[at..];
        var expected = rest[0] switch { >= 0xc2 and <= 0xdf => 2, >= 0xe0 and <= 0xef => 3, >= 0xf0 and <= 0xf4 => 4, _ => 1 };
        var valid = 1;
        while (valid < expected && valid < rest.Length && IsContinuation(rest, valid)) valid++;
        var reason = expected == 1 ? "invalid start byte" : valid == rest.Length ? "unexpected end of data" : "invalid continuation byte";
        var message = valid == 1
            ? $"'utf-8' codec can't decode byte 0x{rest[0]:x2} in position {at}: {reason}"
            : $"'utf-8' codec can't decode bytes in position {at}-{at + valid - 1}: {reason}";
        return new ConfigException(message) { Location = new SourceLocation("", bytes[..at].Count((byte)'\n') + 1) };
    }

    /// <summary>The second byte also excludes overlong forms, surrogates and numbers beyond Unicode.</summary>
    private static bool IsContinuation(ReadOnlySpan<byte> sequence, int index)
    {
        var b = sequence[index];
        if (b is < 0x80 or > 0xbf) return false;
        return index > 1 || sequence[0] switch { 0xe0 => b >= 0xa0, 0xed => b < 0xa0, 0xf0 => b >= 0x90, 0xf4 => b < 0x90, _ => true };
    }
}
