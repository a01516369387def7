namespace Init.Config;

/// <summary>Our own keys about the end of everything: exit_on, whose value in [supervisord] is every program's default,
/// exit_when_done and stop_budget.</summary>
internal static class EndingReader
{
    internal static ExitOn ExitOn(SectionReader reader, ExitOn fallback = Config.ExitOn.Never) => reader.ReadOwn("exit_on", fallback,
        text => OwnKeys.OneOf(text,
            ("never", Config.ExitOn.Never), ("fatal", Config.ExitOn.Fatal), ("failure", Config.ExitOn.Failure), ("exit", Config.ExitOn.Exit)));

    /// <summary>Less than a second is too little for anything to end by itself.</summary>
    internal static int? StopBudget(SectionReader reader) => reader.ReadOwn<int?>("stop_budget", null, text => Values.InRange(text, 1, int.MaxValue / 1000));

    internal static bool ExitWhenDone(SectionReader reader) => reader.ReadOwn("exit_when_done", false, Values.Boolean);
}
