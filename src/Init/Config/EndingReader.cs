namespace Init.Config;

/// <summary>Our own keys about the end of everything: exit_on, whose value in [supervisord] is every program's default, and exit_when_done.</summary>
internal static class EndingReader
{
    internal static ExitOn ExitOn(SectionReader reader, ExitOn fallback = Config.ExitOn.Never) => reader.ReadOwn("exit_on", fallback,
        text => OwnKeys.OneOf(text,
            ("never", Config.ExitOn.Never), ("fatal", Config.ExitOn.Fatal), ("failure", Config.ExitOn.Failure), ("exit", Config.ExitOn.Exit)));

    internal static bool ExitWhenDone(SectionReader reader) => reader.ReadOwn("exit_when_done", false, Values.Boolean);
}
