using Init.Os;

namespace Init.Config;

/// <summary>
/// The types of option values: each takes a text and gives a value, or throws a ConfigException with Supervisor's message
/// (section 6 of the list of facts: C-104 to C-122).
/// </summary>
internal static class Values
{
    private const int MaxPort = 65535;

    internal static string Text(string text) => text;

    /// <summary>A whole number as Python's int() takes it; one beyond 32 bits becomes the nearest within.</summary>
    internal static int Integer(string text) => (int)Math.Clamp(Long(text), int.MinValue, int.MaxValue);

    private static long Long(string text) =>
        PythonText.TryInteger(text, 10, out var value, out _) ? value : throw new ConfigException(PythonText.NotAnInteger(text));

    /// <summary>A whole number between two bounds, each shown when it is broken.</summary>
    internal static int InRange(string text, int min, int max)
    {
        if (!PythonText.TryInteger(text, 10, out var value, out var digits)) throw new ConfigException(PythonText.NotAnInteger(text));
        if (value < min) throw new ConfigException($"{digits} is below lower bound ({min})");
        if (value > max) throw new ConfigException($"{digits} is above upper bound ({max})");
        return (int)value;
    }

    internal static int Port(string text) => InRange(text, 1, MaxPort);

    internal static bool Boolean(string text) =>
        TryBoolean(text) ?? throw new ConfigException($"not a valid boolean value: {PythonText.Repr(text)}");

    private static bool? TryBoolean(string text) => text.ToLowerInvariant() switch
    {
        "yes" or "true" or "on" or "1" => true,
        "no" or "false" or "off" or "0" => false,
        _ => null,
    };

    /// <summary>A number of bytes, with `KB`, `MB` or `GB` behind it in any case (C-108).</summary>
    internal static long ByteSize(string text)
    {
        var lower = text.ToLowerInvariant();
        var unit = lower.Length < 2 ? 1 : lower[^2..] switch { "kb" => 1L << 10, "mb" => 1L << 20, "gb" => 1L << 30, _ => 1 };
        var number = Long(unit == 1 ? lower : lower[..^2]);
        return Math.Clamp(number, long.MinValue / unit, long.MaxValue / unit) * unit;
    }

    internal static int Octal(string text) => PythonText.TryInteger(text, 8, out var value, out _)
        ? (int)Math.Clamp(value, int.MinValue, int.MaxValue)
        : throw new ConfigException($"{text} can not be converted to an octal type");

    internal static LogLevel Level(string text) => text.ToLowerInvariant() switch
    {
        "critical" => LogLevel.Critical,
        "error" => LogLevel.Error,
        "warn" => LogLevel.Warn,
        "info" => LogLevel.Info,
        "debug" => LogLevel.Debug,
        "trace" => LogLevel.Trace,
        "blather" => LogLevel.Blather,
        _ => throw new ConfigException($"bad logging level name {PythonText.Repr(text)}"),
    };

    /// <summary>
    /// A number that has a name, 0 too (C-114), or a name with or without SIG. Supervisor also takes `_DFL`, `_IGN` and the like by
    /// accident; they are no signals and refused here.
    /// </summary>
    internal static int Signal(string text)
    {
        if (PythonText.TryInteger(text, 10, out var number, out _))
            return number == 0 || (number is > 0 and <= int.MaxValue && Signals.IsNamed((int)number)) ? (int)number
                : throw new ConfigException($"value {PythonText.Repr(text)} is not a valid signal number");
        return Signals.Number(PythonText.Strip(text)) ?? throw new ConfigException($"value {PythonText.Repr(text)} is not a valid signal name");
    }

    internal static IReadOnlyList<int> ExitCodes(string text)
    {
        var codes = new List<int>();
        if (text.Length == 0) return codes;
        foreach (var item in text.Split(','))
        {
            if (!PythonText.TryInteger(item, 10, out var code, out _) || code is < 0 or > 255)
                throw new ConfigException($"not a valid list of exit codes: {PythonText.Repr(text)}");
            codes.Add((int)code);
        }
        return codes;
    }

    internal static AutoRestart AutoRestart(string text) => TryBoolean(text) switch
    {
        true => Config.AutoRestart.Always,
        false => Config.AutoRestart.Never,
        null when text.Equals("unexpected", StringComparison.OrdinalIgnoreCase) => Config.AutoRestart.Unexpected,
        null => throw new ConfigException($"invalid 'autorestart' value {PythonText.Repr(text.ToLowerInvariant())}"),
    };

    /// <summary>Items between commas, trimmed; nothing at all is an empty list, a comma at the end an empty item.</summary>
    internal static IReadOnlyList<string> List(string text)
    {
        if (text.Length == 0) return [];
        var items = text.Split(',');
        for (var i = 0; i < items.Length; i++) items[i] = PythonText.Strip(items[i]);
        return items;
    }

    /// <summary>The name of a program, group or process (C-121).</summary>
    internal static string Name(string text)
    {
        var name = PythonText.Strip(text);
        foreach (var character in " :/")
            if (name.Contains(character))
                throw new ConfigException($"Invalid name: {PythonText.Repr(text)} because of character: '{character}'");
        return name;
    }

    /// <summary>
    /// `port`, `host:port`, `*:port` or `:port` (C-122); an empty host means all interfaces. IPv6 hosts work here, in brackets or
    /// bare, where Supervisor fails to bind them (C-184).
    /// </summary>
    internal static (string Host, int Port) InetAddress(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            try
            {
                return ("", Port(text));
            }
            catch (ConfigException)
            {
                throw new ConfigException($"not a valid port number: {PythonText.Repr(text)} "); // with its blank at the end
            }
        }
        if (colon == text.Length - 1) throw new ConfigException("no port number specified in ''");
        var port = Port(text[(colon + 1)..]);
        var host = text[..colon].ToLowerInvariant();
        return (host == "*" ? "" : WithoutBrackets(host), port);
    }

    internal static string WithoutBrackets(string host) => host is ['[', _, .., ']'] ? host[1..^1] : host;
}
