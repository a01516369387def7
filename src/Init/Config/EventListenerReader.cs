namespace Init.Config;

/// <summary>What an [eventlistener:x] has beside a program's options (C-230 to C-237).</summary>
internal static class EventListenerReader
{
    /// <summary>Listeners start first and stop last.</summary>
    internal const int DefaultPriority = -1;

    internal const string DefaultResultHandler = "supervisor.dispatchers:default_handler";

    private static readonly HashSet<string> _eventTypes = new(StringComparer.Ordinal)
    {
        "EVENT",
        "PROCESS_STATE", "PROCESS_STATE_STOPPED", "PROCESS_STATE_EXITED", "PROCESS_STATE_STARTING", "PROCESS_STATE_STOPPING",
        "PROCESS_STATE_BACKOFF", "PROCESS_STATE_FATAL", "PROCESS_STATE_RUNNING", "PROCESS_STATE_UNKNOWN",
        "PROCESS_COMMUNICATION", "PROCESS_COMMUNICATION_STDOUT", "PROCESS_COMMUNICATION_STDERR",
        "PROCESS_LOG", "PROCESS_LOG_STDOUT", "PROCESS_LOG_STDERR",
        "REMOTE_COMMUNICATION",
        "SUPERVISOR_STATE_CHANGE", "SUPERVISOR_STATE_CHANGE_RUNNING", "SUPERVISOR_STATE_CHANGE_STOPPING",
        "TICK", "TICK_5", "TICK_60", "TICK_3600",
        "PROCESS_GROUP", "PROCESS_GROUP_ADDED", "PROCESS_GROUP_REMOVED",
    };

    internal static EventListenerConfig Read(ReadingContext context, SectionReader reader)
    {
        var section = reader.Section;
        var bufferSize = reader.Read("buffer_size", 10, Values.Integer);
        if (bufferSize < 1) throw new ConfigException($"[{section}] section sets invalid buffer_size ({bufferSize})");
        // Another handler is Python code; judging results as the standard one does is the nearest we can do.
        var handler = reader.Read("result_handler", DefaultResultHandler, Values.Text);
        if (handler != DefaultResultHandler)
            context.Warnings.Add($"For [{section}], result_handler {handler} is Python code, which cannot be loaded here; "
                + $"{DefaultResultHandler} is used instead");
        var events = reader.Read<List<string>>("events", [], text => Events(text, section));
        if (events.Count == 0) throw new ConfigException($"[{section}] section requires an \"events\" line");
        if (reader.Read("redirect_stderr", false, Values.Boolean))
            throw new ConfigException($"[{section}] section sets redirect_stderr=true but this is not allowed because it will interfere "
                + "with the eventlistener protocol");
        return new EventListenerConfig(bufferSize, events, handler);
    }

    private static List<string> Events(string text, string section)
    {
        var names = new List<string>();
        foreach (var item in Values.List(text))
        {
            var name = item.ToUpperInvariant();
            if (!_eventTypes.Contains(name)) throw new ConfigException($"Unknown event type {name} in [{section}] events");
            if (!names.Contains(name)) names.Add(name);
        }
        return names;
    }
}
