namespace Init.Config;

/// <summary>
/// Whether a group must be stopped and made anew to be what a newly read configuration says. What cannot be seen to differ by
/// Supervisor, as the mode of a FastCGI socket, does not differ here either.
/// </summary>
internal static class GroupComparison
{
    /// <param name="environment">`[supervisord] environment` of the configuration that the running group came from.</param>
    internal static bool Differ(
        GroupConfig running,
        IReadOnlyList<KeyValuePair<string, string>> environment,
        GroupConfig next,
        IReadOnlyList<KeyValuePair<string, string>> nextEnvironment)
    {
        if (running.Kind != next.Kind
            || running.Priority != next.Priority
            || running.Socket?.Url != next.Socket?.Url
            || Differ(running.EventListener, next.EventListener)
            || running.Processes.Count != next.Processes.Count)
            return true;
        for (var i = 0; i < next.Processes.Count; i++)
            if (Differ(running.Processes[i], next.Processes[i])
                || !SameVariables(Variables(environment, running.Processes[i].Environment), Variables(nextEnvironment, next.Processes[i].Environment)))
                return true;
        return false;
    }

    private static bool Differ(EventListenerConfig? running, EventListenerConfig? next) =>
        running?.BufferSize != next?.BufferSize
        || running?.ResultHandler != next?.ResultHandler
        || !(running?.Events ?? []).ToHashSet().SetEquals(next?.Events ?? []);

    /// <summary>Every option is one of a record that compares by value, but for the lists and the logs.</summary>
    private static bool Differ(ProcessConfig running, ProcessConfig next) =>
        !running.ExitCodes.SequenceEqual(next.ExitCodes)
        || !running.DependsOn.SequenceEqual(next.DependsOn)
        || !running.EnvironmentFiles.SequenceEqual(next.EnvironmentFiles)
        || Differ(running.Stdout, next.Stdout)
        || Differ(running.Stderr, next.Stderr)
        || running.Socket?.Url != next.Socket?.Url // of an fcgi-program in a [group:x], which has no socket of its own
        || next != running with
        {
            ExitCodes = next.ExitCodes,
            DependsOn = next.DependsOn,
            Environment = next.Environment,
            EnvironmentFiles = next.EnvironmentFiles,
            Stdout = next.Stdout,
            Stderr = next.Stderr,
            Socket = next.Socket,
        };

    /// <summary>A log that is AUTO now may be any file; an AUTO one that is to be a certain file changes .</summary>
    private static bool Differ(StreamConfig running, StreamConfig next) => next.Target == LogTarget.Auto
        ? next != running with { Target = next.Target, Path = next.Path }
        : next != running;

    private static bool SameVariables(Dictionary<string, string> first, Dictionary<string, string> second)
    {
        foreach (var (name, value) in first)
            if (!second.TryGetValue(name, out var other) || other != value)
                return false;
        return first.Count == second.Count;
    }

    /// <summary>A later value of a name wins.</summary>
    private static Dictionary<string, string> Variables(params ReadOnlySpan<IReadOnlyList<KeyValuePair<string, string>>> lists)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var list in lists)
            foreach (var (name, value) in list)
                variables[name] = value;
        return variables;
    }
}
