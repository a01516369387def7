using System.Globalization;

namespace Init.Output;

/// <summary>The column of names that all prefixed lines share: as wide as the widest name so far, one colour for each name.</summary>
internal sealed class PrefixColumn
{
    // cyan, yellow, green, magenta, blue, then their bright siblings; red is for errors
    private static readonly int[] _colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

    private readonly List<string> _names = [];

    internal int Width { get; private set; }

    internal void Add(string name)
    {
        if (!_names.Contains(name))
            _names.Add(name);
        Width = Math.Max(Width, WidthOf(name));
    }

    /// <summary>`name   | `, with colour on a terminal.</summary>
    internal string Prefix(string name, bool coloured)
    {
        var padded = name + new string(' ', Math.Max(Width - WidthOf(name), 0)) + " |";
        return coloured
            ? string.Create(CultureInfo.InvariantCulture, $"\e[{_colours[Math.Max(_names.IndexOf(name), 0) % _colours.Length]}m{padded}\e[0m ")
            : padded + " ";
    }

    private static int WidthOf(string name)
    {
        var width = 0;
        foreach (var _ in name.EnumerateRunes())
            width++;
        return width;
    }

    /// <summary>Whether people look at the stream and have not asked for no colours (no-color.org).</summary>
    internal static bool WantsColour(SharedStream stream) =>
        stream.IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
