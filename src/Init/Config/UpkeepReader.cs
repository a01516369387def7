using Init.Os;

namespace Init.Config;

/// <summary>Our own keys for what is done while a program lives: schedule and its schedule_timezone, max_age, memory_max.</summary>
internal static class UpkeepReader
{
    private const string Every = "@every";

    internal static UpkeepConfig Read(SectionReader reader)
    {
        var zone = reader.Read<string?>("schedule_timezone", null, Zone);
        return new UpkeepConfig
        {
            Schedule = reader.Read<Schedule?>("schedule", null, text => OwnKeys.IsNone(text) ? null : Schedule(text, zone)),
            MaxAge = reader.ReadOwn<DurationRange?>("max_age", null, text => OwnKeys.IsNone(text) ? null : Durations.Range(text)),
            MemoryMax = reader.ReadOwn<long?>("memory_max", null, text => OwnKeys.IsNone(text) ? null
                : Values.ByteSize(text) is > 0 and var bytes ? bytes : throw new ConfigException(text)),
        };
    }

    private static Schedule Schedule(string text, string? zone)
    {
        try
        {
            text = PythonText.Strip(text);
            if (!text.StartsWith(Every, StringComparison.OrdinalIgnoreCase)) return new Schedule.Cron(CronReader.Read(text), zone);
            return new Schedule.Every(Period(text[Every.Length..]));
        }
        catch (ConfigException e)
        {
            throw new ConfigException($"invalid 'schedule' value {PythonText.Repr(text)}: {e.Message}");
        }
    }

    private static TimeSpan Period(string text)
    {
        try
        {
            return Durations.Duration(text);
        }
        catch (ConfigException)
        {
            throw new ConfigException("@every needs a time such as 90s or 1h30m");
        }
    }

    private static string Zone(string text)
    {
        var name = PythonText.Strip(text);
        return TimeZones.Problem(name) is { } problem
            ? throw new ConfigException($"invalid 'schedule_timezone' value {PythonText.Repr(text)}: {problem}")
            : name;
    }
}
