using System.Globalization;

namespace Init.Output;

/// <summary>The names a log file goes through (L-122): `f` becomes `f.1`, `f.1` becomes `f.2`, up to the number of backups.</summary>
internal static class Rotation
{
    /// <summary>Renames in the order in which they are to be done, each onto a name that is free or to be replaced.</summary>
    /// <param name="done">How many of them are done already.</param>
    internal static IEnumerable<(string From, string To)> Renames(string path, int backups, int done = 0)
    {
        for (var n = backups - 1 - done; n >= 0; n--)
            yield return (n == 0 ? path : Backup(path, n), Backup(path, n + 1));
    }

    private static string Backup(string path, int n) => string.Create(CultureInfo.InvariantCulture, $"{path}.{n}");
}
