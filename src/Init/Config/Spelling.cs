namespace Init.Config;

/// <summary>What a word was probably meant to be.</summary>
internal static class Spelling
{
    /// <summary>The nearest of some words, if it is near: one slip in a short word, two or three in a longer one.</summary>
    internal static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var most = word.Length switch { <= 2 => 0, <= 5 => 1, <= 8 => 2, _ => 3 };
        var (nearest, least) = ((string?)null, most + 1);
        foreach (var candidate in candidates.Order(StringComparer.Ordinal))
            if (Math.Abs(candidate.Length - word.Length) < least
                && Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant()) is var distance && distance < least)
                (nearest, least) = (candidate, distance);
        return nearest;
    }

    /// <summary>Letters to be put in, taken out, replaced, or exchanged with their neighbour.</summary>
    internal static int Distance(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
