using Init.Config;
using Init.Native;
using Init.Os;

namespace Init.Ctl;

/// <summary>What was typed, kept in a file where one is named (T-124). A file that cannot be read or written is nobody's loss.</summary>
internal sealed class History(string? file)
{
    private const int Limit = 1000;

    private readonly List<string> _lines = Read(file);

    internal IReadOnlyList<string> Lines => _lines;

    /// <summary>Blank lines and repetitions are not worth a place.</summary>
    internal void Add(string line)
    {
        if (PythonText.Strip(line).Length > 0 && (_lines.Count == 0 || _lines[^1] != line))
            _lines.Add(line);
    }

    internal void Save()
    {
        if (file is null) return;
        var text = string.Concat(_lines.Skip(Math.Max(0, _lines.Count - Limit)).Select(line => line + "\n"));
        try
        {
            // For nobody else: it may hold a password that was typed in a wrong moment.
            var descriptor = GuardedFile.Open(file, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_TRUNC, 0b110_000_000);
            Descriptors.WriteAll(descriptor, PosixText.Bytes(text));
            Descriptors.Close(descriptor);
        }
        catch (SyscallException)
        {
            // As above.
        }
    }

    private static List<string> Read(string? file)
    {
        try
        {
            if (file is not null)
                return [.. PosixText.Decode(File.ReadAllBytes(file)).Split('\n').Where(line => line.Length > 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
        return [];
    }
}
