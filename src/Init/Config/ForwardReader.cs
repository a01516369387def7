using System.Globalization;
using Init.Os;

namespace Init.Config;

/// <summary>
/// forward_signals:
/// <code>
///   list   := item (',' item)*        item   := signal ':' target
///   signal := name | number | 'RTMIN+' number | 'RTMAX-' number, each name with or without SIG
///   target := 'update' | 'reopen' | 'shutdown' | program | group | group ':' process
/// </code>
/// </summary>
internal static class ForwardReader
{
    private const string Key = "forward_signals";

    internal static IReadOnlyList<SignalForward> Read(SectionReader reader) =>
        reader.ReadOwn(Key, [], text => (IReadOnlyList<SignalForward>)[.. Values.List(text).Distinct(StringComparer.Ordinal).Select(Item)]);

    private static SignalForward Item(string text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0) throw new ConfigException(text);
        var (signal, target) = (Signal(PythonText.Strip(text[..colon])), PythonText.Strip(text[(colon + 1)..]));
        if (!Signals.Forwardable.Contains(signal) || target.Split(':') is not { Length: 1 or 2 } parts || Array.Exists(parts, part => part.Length == 0))
            throw new ConfigException(text);
        return new SignalForward(signal, target switch
        {
            "update" => ForwardAction.Update,
            "reopen" => ForwardAction.Reopen,
            "shutdown" => ForwardAction.Shutdown,
            _ => ForwardAction.Signal,
        }, target);
    }

    private static int Signal(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        var sign = text.IndexOfAny(['+', '-']);
        if (sign < 0) return Signals.Number(text) ?? throw new ConfigException(text);
        var offset = Values.InRange(text[(sign + 1)..], 0, Signals.SIGRTMAX);
        return (Signals.Number(text[..sign]), text[sign]) switch
        {
            (Signals.SIGRTMIN, '+') => Signals.SIGRTMIN + offset,
            (Signals.SIGRTMAX, '-') => Signals.SIGRTMAX - offset,
            _ => throw new ConfigException(text),
        };
    }

    /// <exception cref="ConfigException">A name that is nobody's.</exception>
    internal static void Check(ReadingContext context, SupervisordConfig config, IReadOnlyList<GroupConfig> groups)
    {
        foreach (var forward in config.ForwardSignals)
            if (forward.Action == ForwardAction.Signal && !groups.Any(group => group.Processes.Any(process => forward.Means(group.Name, process))))
                Refuse(context, forward.Target);
    }

    private static void Refuse(ReadingContext context, string target)
    {
        const string section = SupervisordReader.Section;
        var problem = $"{Key} names unknown program or group {target}";
        if (context.Inspection is { } inspection)
            DependencyReader.AddUnknown(context, inspection, section, Key, target, problem);
        else
            OwnKeys.InSection<bool>(context, section, () => throw new ConfigException(problem) { Location = context.Document.LocationOf(section, Key) });
    }
}
