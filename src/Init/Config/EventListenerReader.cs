using Init.Events;

namespace Init.Config;

/// <summary>What an [eventlistener:x] has beside a program's options (C-230 to C-237).</summary>
internal static class EventListenerReader
{
    /// <summary>Listeners start first and stop last.</summary>
    internal const int DefaultPriority = -1;

    internal const string DefaultResultHandler = "supervisor.dispatchers:default_handler";

    /// <summary>Of the package supervisor-stdout, which many images have; what it does is done here too.</summary>
    internal const string StdoutResultHandler = "supervisor_stdout:event_handler";

    internal static EventListenerConfig Read(ReadingContext context, SectionReader reader)
    {
        var section = reader.Section;
        var bufferSize = reader.Read("buffer_size", 10, Values.Integer);
        reader.Demand("buffer_size", bufferSize >= 1, () => $"[{section}] section sets invalid buffer_size ({bufferSize})");
        // Another handler is Python code. `OK` is what the default one wants to hear: what another takes for a rejection nobody knows.
        var handler = reader.Read("result_handler", DefaultResultHandler, Values.Text);
        if (handler is not (DefaultResultHandler or StdoutResultHandler))
            context.Warn(section, "result_handler", $"For [{section}], result_handler {handler} is Python code, which cannot be loaded here; "
                + "every complete RESULT counts as OK instead");
        var events = reader.Read<List<EventType>>("events", [], text => Events(text, section));
        reader.Demand("events", events.Count > 0, () => $"[{section}] section requires an \"events\" line");
        reader.Demand("redirect_stderr", !reader.Read("redirect_stderr", false, Values.Boolean),
            () => $"[{section}] section sets redirect_stderr=true but this is not allowed because it will interfere with the eventlistener protocol");
        return new EventListenerConfig(bufferSize, events, handler);
    }

    /// <summary>Names in any case (E-011).</summary>
    private static List<EventType> Events(string text, string section)
    {
        var types = new List<EventType>();
        foreach (var item in Values.List(text))
        {
            var name = item.ToUpperInvariant();
            var type = EventType.Find(name) ?? throw new ConfigException($"Unknown event type {name} in [{section}] events");
            if (!types.Contains(type)) types.Add(type);
        }
        return types;
    }
}
