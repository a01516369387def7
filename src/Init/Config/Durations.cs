using System.Globalization;

namespace Init.Config;

/// <summary>
/// Spans of time as our own keys have them:
/// <code>
///   duration := number | [number 'd'] [number 'h'] [number 'm'] [number 's']
///   range    := duration ['..' duration]
/// </code>
/// A number alone is seconds.
/// </summary>
internal static class Durations
{
    /// <summary>A hundred years: longer is a slip.</summary>
    private const long MaxSeconds = 36_525L * 86_400;

    private static readonly (char Unit, int Seconds)[] _units = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

    /// <summary>One of a second at least.</summary>
    internal static TimeSpan Duration(string text)
    {
        var rest = PythonText.Strip(text.AsSpan());
        var (seconds, next) = (0L, 0);
        while (!rest.IsEmpty || next == 0)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits < 0) digits = rest.Length;
            if (!int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw new ConfigException(text);
            // A bare number has no unit before it and none behind.
            var unit = digits == rest.Length ? next == 0 ? _units.Length - 1 : -1 : UnitOf(rest[digits], next);
            if (unit < 0) throw new ConfigException(text);
            seconds += (long)number * _units[unit].Seconds;
            next = unit + 1;
            rest = rest[Math.Min(digits + 1, rest.Length)..];
        }
        return seconds is > 0 and <= MaxSeconds ? TimeSpan.FromSeconds(seconds) : throw new ConfigException(text);
    }

    internal static DurationRange Range(string text)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        var min = Duration(dots < 0 ? text : text[..dots]);
        var max = dots < 0 ? min : Duration(text[(dots + 2)..]);
        return min <= max ? new DurationRange(min, max) : throw new ConfigException(text);
    }

    /// <summary>The largest unit and the one below it: `6h02m`, `1d00h`, `45s`.</summary>
    internal static string Describe(TimeSpan time)
    {
        var seconds = (long)time.TotalSeconds;
        for (var i = 0; i < _units.Length - 1; i++)
            if (seconds >= _units[i].Seconds)
                return string.Create(CultureInfo.InvariantCulture,
                    $"{seconds / _units[i].Seconds}{_units[i].Unit}{seconds % _units[i].Seconds / _units[i + 1].Seconds:D2}{_units[i + 1].Unit}");
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
    }

    /// <summary>The place of a unit that is smaller than those before it; -1 for none.</summary>
    private static int UnitOf(char letter, int first)
    {
        for (var i = first; i < _units.Length; i++)
            if (_units[i].Unit == char.ToLowerInvariant(letter))
                return i;
        return -1;
    }
}
