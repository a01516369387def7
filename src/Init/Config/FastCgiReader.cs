using Init.Os;

namespace Init.Config;

/// <summary>The socket of a [fcgi-program:x] (C-238 to C-247).</summary>
internal static class FastCgiReader
{
    private const string UnixScheme = "unix://";
    private const string TcpScheme = "tcp://";
    private const int DefaultMode = 0b111_000_000;

    internal static FastCgiSocketConfig ReadSocket(ReadingContext context, string section, string programName)
    {
        var reader = context.WithHere(section);
        var user = reader.Read<UserIdentity?>("user", null, context.Users.User);
        var backlog = reader.Read<int?>("socket_backlog", null, text => Backlog(text));
        var owner = reader.Read<UserIdentity?>("socket_owner", null, text => Owner(context, text));
        var mode = reader.Read<int?>("socket_mode", null, text => Mode(text));
        var socket = reader.With(new Expansions(reader.Expansions).Set("program_name", programName)).Text("socket");
        return reader.Attempt("socket", new FastCgiSocketConfig { Section = section, Url = "" }, Socket);

        FastCgiSocketConfig Socket()
        {
            if (string.IsNullOrEmpty(socket)) throw new ConfigException($"[{section}] section requires a \"socket\" line");
            try
            {
                if (!socket.StartsWith(UnixScheme, StringComparison.Ordinal))
                    return Tcp(section, socket, owner is not null || mode is not null) with { Backlog = backlog };
                // A program with a user of its own must be able to use its socket.
                if (owner is null && user is not null && user.Uid != Users.OwnUid) owner = user;
                return Unix(section, socket) with { Backlog = backlog, Owner = owner, Mode = mode ?? DefaultMode };
            }
            catch (ConfigException e)
            {
                throw new ConfigException($"{e.Message} in [{section}] socket") { Location = context.Document.LocationOf(section, "socket") };
            }
        }
    }

    private static FastCgiSocketConfig Unix(string section, string socket)
    {
        var path = socket[UnixScheme.Length..];
        // Supervisor shows a Python tuple here and below, by a slip that its users now know.
        if (!path.StartsWith('/'))
            throw new ConfigException($"('Unix socket path %s is not an absolute path', {PythonText.Repr(path)})");
        path = PosixPath.Absolute(path, "/");
        return new FastCgiSocketConfig { Section = section, Url = UnixScheme + path, Path = path };
    }

    private static FastCgiSocketConfig Tcp(string section, string socket, bool hasOwnerOrMode)
    {
        if (hasOwnerOrMode)
            throw new ConfigException("socket_owner and socket_mode params should only be used with a Unix domain socket");
        var colon = socket.LastIndexOf(':');
        if (!socket.StartsWith(TcpScheme, StringComparison.Ordinal) || colon < TcpScheme.Length
            || !IsHost(socket[TcpScheme.Length..colon]) || !IsNumber(socket.AsSpan(colon + 1)))
            throw new ConfigException($"('Bad socket format %s', {PythonText.Repr(socket)})");
        var host = socket[TcpScheme.Length..colon].ToLowerInvariant();
        var port = Values.Port(socket[(colon + 1)..]);
        return new FastCgiSocketConfig { Section = section, Url = $"{TcpScheme}{host}:{port}", Host = Values.WithoutBrackets(host), Port = port };
    }

    /// <summary>Anything without blanks and colons, or an IPv6 address in brackets, which Supervisor does not take.</summary>
    private static bool IsHost(string host)
    {
        foreach (var c in host)
            if (PythonText.IsSpace(c)) return false;
        return host.Length > 0 && (!host.Contains(':') || host is ['[', .., ']']);
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiDigit(c)) return false;
        return text.Length > 0;
    }

    private static int Backlog(string text)
    {
        if (!PythonText.TryInteger(text, 10, out var value, out var digits)) throw new ConfigException(PythonText.NotAnInteger(text));
        return value is >= 1 and <= 65535 ? (int)value : throw new ConfigException($"Invalid socket_backlog value {digits}");
    }

    private static UserIdentity Owner(ReadingContext context, string text)
    {
        try
        {
            return context.Users.Owner(text);
        }
        catch (ConfigException)
        {
            throw new ConfigException($"Invalid socket_owner value {text}");
        }
    }

    private static int Mode(string text)
    {
        try
        {
            return Values.Octal(text);
        }
        catch (ConfigException)
        {
            throw new ConfigException($"Invalid socket_mode value {text}");
        }
    }
}
