namespace Init.Config;

/// <summary>
/// Reads the five fields of cron, minute, hour, day of month, month and day of week:
/// <code>
///   line  := field field field field field | '@hourly' | '@daily' | '@midnight' | '@weekly' | '@monthly' | '@yearly' | '@annually'
///   field := item (',' item)*
///   item  := ('*' | value ['-' value]) ['/' step]
/// </code>
/// Months and days of the week have names too, `jan` and `mon`, in any case; 7 is Sunday as 0 is. `5/10` means from 5 on.
/// </summary>
internal static class CronReader
{
    private static readonly Field[] _fields =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of month", 1, 31, []),
        new("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        new("day of week", 0, 7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    /// <exception cref="ConfigException">What is wrong, in a few words.</exception>
    internal static CronLine Read(string text)
    {
        var fields = PythonText.Words(Meaning(text));
        if (fields.Count != _fields.Length)
            throw new ConfigException($"five fields are needed, or @every and a time: it has {fields.Count}");
        var sets = new ulong[_fields.Length];
        for (var i = 0; i < sets.Length; i++) sets[i] = _fields[i].Read(fields[i]);
        var line = new CronLine
        {
            Minutes = sets[0],
            Hours = sets[1],
            Days = sets[2],
            Months = sets[3],
            Weekdays = (sets[4] | sets[4] >> 7) & 0x7F,
            IsAnyDay = fields[2].StartsWith('*') || fields[4].StartsWith('*'),
            FollowsClock = fields[0].StartsWith('*') || fields[1].StartsWith('*'),
        };
        return line.Next(DateTimeOffset.UnixEpoch, _ => TimeSpan.Zero) is null ? throw new ConfigException("there is no such day") : line;
    }

    private static string Meaning(string text) => PythonText.Strip(text).ToLowerInvariant() switch
    {
        "@hourly" => "0 * * * *",
        "@daily" or "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" or "@annually" => "0 0 1 1 *",
        var other => other,
    };

    /// <param name="Names">Of its values from the first on.</param>
    private sealed record Field(string Name, int Min, int Max, string[] Names)
    {
        internal ulong Read(string text)
        {
            var set = 0UL;
            foreach (var item in text.Split(','))
            {
                var parts = item.Split('/');
                var (first, last) = Range(parts[0], isOpen: parts.Length == 2);
                var step = parts.Length == 1 ? 1 : parts.Length == 2 ? Number(parts[1]) : 0;
                if (step < 1 || first > last) throw Wrong(item);
                for (var value = first; value <= last; value += step) set |= 1UL << value;
            }
            return set;
        }

        /// <param name="isOpen">One value means all from it on.</param>
        private (int First, int Last) Range(string text, bool isOpen)
        {
            if (text == "*") return (Min, Max);
            var ends = text.Split('-');
            if (ends.Length > 2) throw Wrong(text);
            var first = Value(ends[0]);
            return (first, ends.Length == 2 ? Value(ends[1]) : isOpen ? Max : first);
        }

        private int Value(string text)
        {
            var value = Array.IndexOf(Names, text) is >= 0 and var named ? named + Min : Number(text);
            return value >= Min && value <= Max ? value : throw Wrong(text);
        }

        // Not more than a step may be: a sum with a value must not overflow.
        private int Number(string text) =>
            text.Length is > 0 and <= 4 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? Values.Integer(text) : throw Wrong(text);

        private ConfigException Wrong(string text) => new($"{PythonText.Repr(text)} is no {Name}");
    }
}
