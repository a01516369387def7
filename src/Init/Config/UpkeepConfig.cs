namespace Init.Config;

/// <summary>What is done for a program while it lives: our own keys schedule, max_age and memory_max.</summary>
internal sealed record UpkeepConfig
{
    internal static readonly UpkeepConfig None = new();

    /// <summary>When it is started; null as a rule.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>For how long it may be RUNNING until it is restarted; null without end.</summary>
    public DurationRange? MaxAge { get; init; }

    /// <summary>The bytes above which it is restarted, with all that descends from it; null for any number.</summary>
    public long? MemoryMax { get; init; }
}

/// <summary>When a program is started.</summary>
internal abstract record Schedule
{
    /// <summary>`@every 90s`, from when the program came.</summary>
    internal sealed record Every(TimeSpan Period) : Schedule;

    /// <summary>Five fields.</summary>
    /// <param name="Zone">The time zone that they mean; null for our own.</param>
    internal sealed record Cron(CronLine Line, string? Zone) : Schedule;
}

/// <summary>A time that may be drawn at random between two; they may be the same.</summary>
internal sealed record DurationRange(TimeSpan Min, TimeSpan Max);
