using System.Globalization;

namespace Init.Output;

/// <summary>The names a log file goes through (L-122): `f` becomes `f.1`, `f.1` becomes `f.2`, up to the number of backups.</summary>
internal static class Rotation
{
    /// <summary>
    /// With more, only the names without a gap before them are shifted: else each rotation would take as long as the number is large, however
    /// few files there are.
    /// </summary>
    private const int Many = 1000;

    /// <summary>Renames in the order in which they are to be done, each onto a name that is free or to be replaced.</summary>
    /// <param name="exists">Whether there is a file of a name.</param>
    /// <param name="done">How many of them are done already.</param>
    internal static IEnumerable<(string From, string To)> Renames(string path, int backups, Func<string, bool> exists, int done = 0)
    {
        // The names that an attempt before has moved have left a gap.
        for (var n = (backups > Many ? FirstFree(path, backups, exists) : backups - done) - 1; n >= 0; n--)
            yield return (n == 0 ? path : Backup(path, n), Backup(path, n + 1));
    }

    private static int FirstFree(string path, int backups, Func<string, bool> exists)
    {
        var n = 1;
        while (n < backups && exists(Backup(path, n)))
            n++;
        return n;
    }

    private static string Backup(string path, int n) => string.Create(CultureInfo.InvariantCulture, $"{path}.{n}");
}
