using System.Globalization;
using System.Text;
using Init.Os;

namespace Init.Config;

/// <summary>
/// The files of `%(FILE_path)s`. What an expansion puts in for one is a mark, two noncharacters of Unicode around a number, and the
/// content takes its place last, after quotes, words and commas have been looked for: so a secret is one piece whatever is in it, and
/// a text that is to be shown can be told to hold one, wherever it came by it.
/// </summary>
internal sealed class SecretFiles(string workingDirectory)
{
    internal const string Prefix = "FILE_";

    /// <summary>What is shown in a content's place.</summary>
    internal const string Mask = "(masked)";

    private const char Start = '\uFDD0';
    private const char End = '\uFDD1';

    private readonly List<string> _contents = [];
    private readonly Dictionary<string, string> _marks = new(StringComparer.Ordinal);

    internal static bool IsMark(char c) => c is Start or End;

    internal static bool AreIn(string text) => text.Contains(Start);

    /// <summary>The mark of a file, which is read once for a whole configuration.</summary>
    /// <exception cref="ConfigException">Why it cannot be read.</exception>
    internal string MarkOf(string path)
    {
        if (_marks.TryGetValue(path, out var mark)) return mark;
        var (bytes, error, _) = SmallFile.Read(PosixPath.Join(workingDirectory, path), guarded: true);
        if (error is null && bytes.AsSpan().Contains((byte)0)) error = "there is a NUL in it";
        if (error is not null) throw new ConfigException(error);
        _marks[path] = mark = $"{Start}{_contents.Count.ToString(CultureInfo.InvariantCulture)}{End}";
        _contents.Add(WithoutLastNewline(PosixText.Decode(bytes)));
        return mark;
    }

    /// <summary>The text with contents in the place of marks.</summary>
    internal string Reveal(string text) => Replace(text, number => number < _contents.Count ? _contents[number] : null);

    /// <summary>The text as it may be shown.</summary>
    internal static string Hide(string text) => Replace(text, _ => Mask);

    private static string WithoutLastNewline(string content) =>
        content.EndsWith("\r\n", StringComparison.Ordinal) ? content[..^2] : content.EndsWith('\n') ? content[..^1] : content;

    private static string Replace(string text, Func<int, string?> replacement)
    {
        if (!AreIn(text)) return text;
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var end = text[at] == Start ? text.IndexOf(End, at) : -1;
            if (end > 0 && int.TryParse(text.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && replacement(number) is { } content)
            {
                result.Append(content);
                at = end;
            }
            else
            {
                result.Append(text[at]);
            }
        }
        return result.ToString();
    }
}

/// <summary>A command with secrets in it: to be split into words first and revealed then. Equal when its text is.</summary>
internal sealed class SecretCommand(string marked, SecretFiles files) : IEquatable<SecretCommand>
{
    /// <summary>A file that cannot be executed is named in too many places.</summary>
    internal const string FileIsSecret = "the file to execute is named by the content of another";

    /// <summary>Whether the name of the file to execute has a secret in it.</summary>
    internal static bool IsFileIn(string marked) => SecretFiles.AreIn(marked) && ShellWords.Split(marked).Words is [var file, ..] && SecretFiles.AreIn(file);

    /// <summary>With marks where the secrets are.</summary>
    internal string Marked => marked;

    internal string Reveal(string word) => files.Reveal(word);

    public bool Equals(SecretCommand? other) => other is not null && Reveal(Marked) == other.Reveal(other.Marked);

    public override bool Equals(object? obj) => Equals(obj as SecretCommand);

    public override int GetHashCode() => Reveal(Marked).GetHashCode(StringComparison.Ordinal);

    public override string ToString() => SecretFiles.Hide(Marked);
}
