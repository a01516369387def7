using System.Buffers;
using System.Text;
using Init.States;
using Init.Web;

namespace Init.Unit.Web;

/// <summary>Pages and events as text, and rows to show on them.</summary>
internal static class Rendering
{
    internal const long Now = 1_700_000_000;

    /// <summary>A name of the worst kind: markup, both quotes, and what has a meaning in URLs.</summary>
    internal const string Hostile = "\"><img src=x onerror='alert(1)'>&amp;/?#%\u00e9";

    internal static ProcessRow Row(string group, string name, ProcessState state = ProcessState.Running, string description = "") =>
        new(group, name, state, description, 12, Now - 5, 0);

    internal static string Status(params ProcessRow[] rows) => Status(null, rows);

    internal static string Status(string? message, ProcessRow[] rows, string identifier = "supervisor") =>
        Text(output => StatusPage.Write(output, rows, identifier, "4.3.0", message, "t0ken", Now));

    internal static string Text(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    internal static string Between(this string text, string begin, string end)
    {
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    /// <summary>The part of the page that belongs to one process.</summary>
    internal static string RowOf(this string page, string name) => page.Between($"<tr data-name=\"{name}\"", "</tr>");

    /// <summary>The page without its style and its script, in which markup may well be spoken of.</summary>
    internal static string Markup(this string page) => page
        .Replace(page.Between("<style>", "</style>"), "", StringComparison.Ordinal)
        .Replace(page.Between("<script>", "</script>"), "", StringComparison.Ordinal);
}
