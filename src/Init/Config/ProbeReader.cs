using System.Text.RegularExpressions;

namespace Init.Config;

/// <summary>
/// The forms of ready_when and healthcheck:
/// <code>
///   probe := 'tcp:' [host ':'] port | 'unix:' path | 'http://' host [':' port] [path] | 'file:' path | 'command:' command
///   ready := probe | 'notify' | 'fd:' number | 'log:' regular expression
/// </code>
/// </summary>
internal static class ProbeReader
{
    private const string Command = "command";
    private const string LocalHost = "localhost";
    private const int HttpPort = 80;
    private const int DefaultReadyTimeout = 60;

    // 0 to 2 are stdin, stdout and stderr; the kernel gives a process 1024 by default.
    private const int FirstDescriptor = 3;
    private const int LastDescriptor = 1023;

    internal static ReadyWhen? ReadyWhen(SectionReader reader, PathValues paths) => Read<ReadyWhen>(reader, "ready_when", text => Form(text) switch
    {
        ("notify", null) => new ReadyWhen.Notified(),
        ("fd", { } number) => new ReadyWhen.Descriptor(Values.InRange(number, FirstDescriptor, LastDescriptor)),
        ("log", { Length: > 0 } pattern) => new ReadyWhen.Logged(new Regex(pattern).ToString()),
        _ => new ReadyWhen.Probed(Probe(text, reader.Expansions.Files, paths)),
    });

    internal static int ReadyTimeout(SectionReader reader) =>
        reader.ReadOwn("ready_timeout", DefaultReadyTimeout, text => Values.InRange(text, 1, int.MaxValue / 1000));

    internal static Probe? Probe(SectionReader reader, string key, PathValues paths) =>
        Read(reader, key, text => Probe(text, reader.Expansions.Files, paths));

    private static T? Read<T>(SectionReader reader, string key, Func<string, T> convert)
        where T : class => reader.ReadCommand(key, text => Form(text).Word == Command, convert);

    private static Probe Probe(string text, SecretFiles? files, PathValues paths) => Form(text) switch
    {
        ("tcp", { } address) => Tcp(address),
        ("unix", { Length: > 0 } path) => new Probe.Unix(paths.Absolute(path)),
        ("http", { } url) => Http(url),
        ("file", { Length: > 0 } path) => new Probe.File(paths.Absolute(path)),
        (Command, { Length: > 0 } command) => new Probe.Command(CommandText.Of(command, files)),
        _ => throw new ConfigException(text),
    };

    /// <summary>The word before the first colon, and what follows it; null when there is none.</summary>
    private static (string Word, string? Value) Form(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? (PythonText.Strip(text).ToLowerInvariant(), null)
            : (PythonText.Strip(text[..colon]).ToLowerInvariant(), PythonText.Strip(text[(colon + 1)..]));
    }

    private static Probe.Tcp Tcp(string address)
    {
        var (host, port) = Values.InetAddress(address);
        return new(host.Length == 0 ? LocalHost : host, port);
    }

    private static Probe.Http Http(string url)
    {
        if (!url.StartsWith("//", StringComparison.Ordinal)) throw new ConfigException(url);
        var slash = url.IndexOf('/', 2);
        var (authority, target) = slash < 0 ? (url[2..], "/") : (url[2..slash], url[slash..]);
        // What would end the request's line early, or is another's to interpret.
        if (authority.Length == 0 || authority.Contains('@') || target.Any(c => c is <= ' ' or '\x7f')) throw new ConfigException(url);
        var hasPort = authority.LastIndexOf(':') > authority.LastIndexOf(']');
        var (host, port) = Values.InetAddress(hasPort ? authority : FormattableString.Invariant($"{authority}:{HttpPort}"));
        return new(host.Length == 0 ? LocalHost : host, port, target.Split('#')[0]);
    }
}
