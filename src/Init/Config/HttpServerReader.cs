namespace Init.Config;

/// <summary>Every section whose name starts with `inet_http_server` or `unix_http_server`, inet ones first (C-171 to C-180).</summary>
internal static class HttpServerReader
{
    private const string InetPrefix = "inet_http_server";
    private const string UnixPrefix = "unix_http_server";
    private const string HashPrefix = "{SHA}";
    private const int DefaultChmod = 0b111_000_000;

    internal static IReadOnlyList<HttpServerConfig> Read(ReadingContext context)
    {
        var servers = new List<HttpServerConfig>();
        foreach (var section in context.Document.Sections)
            if (section.StartsWith(InetPrefix, StringComparison.Ordinal))
                context.Document.AttemptSection(section, () => servers.Add(ReadInet(context, context.WithEnvironment(section))));
        foreach (var section in context.Document.Sections)
            if (section.StartsWith(UnixPrefix, StringComparison.Ordinal))
                context.Document.AttemptSection(section, () => servers.Add(ReadUnix(context, section)));
        return servers;
    }

    private static HttpServerConfig ReadInet(ReadingContext context, SectionReader reader)
    {
        var (username, password) = ReadLogin(context, reader);
        var address = reader.Attempt("port", (Host: "", Port: 0),
            () => Values.InetAddress(reader.Text("port") ?? throw new ConfigException($"section [{reader.Section}] has no port value")));
        return new HttpServerConfig
        {
            Section = reader.Section,
            Host = address.Host,
            Port = address.Port,
            Username = username,
            Password = password,
            AllowedHosts = OwnKeys.InSection(context, reader.Section, () => reader.ReadOwn("allowed_hosts", (IReadOnlyList<string>)[], HostNameList)),
        };
    }

    private static HttpServerConfig ReadUnix(ReadingContext context, string section)
    {
        var reader = context.WithEnvironment(section);
        // Supervisor takes an empty name for the current directory and then loops (C-173).
        var file = reader.Attempt("file", "/", () => context.WithHere(section).Text("file") is { } text && PythonText.Strip(text).Length > 0
            ? text
            : throw new ConfigException($"section [{section}] has no file value"));
        var (username, password) = ReadLogin(context, reader);
        var owner = reader.Read<UserIdentity?>("chown", null, text => Owner(context, text));
        return new HttpServerConfig
        {
            Section = section,
            Path = context.Paths.Absolute(PythonText.Strip(file)),
            Chmod = reader.Read("chmod", DefaultChmod, Mode),
            ChownUid = owner is null ? -1 : (int)owner.Uid,
            ChownGid = owner is null ? -1 : (int)owner.Gid,
            Username = username,
            Password = password,
        };
    }

    /// <summary>Both or neither (C-177).</summary>
    private static (string? Username, string? Password) ReadLogin(ReadingContext context, SectionReader reader)
    {
        var username = ReadSecret(context, reader, "username");
        var password = ReadSecret(context, reader, "password");
        reader.Demand(username is null ? "username" : "password", username is null == password is null,
            () => $"Section [{reader.Section}] contains incomplete authentication: If a username or a password is "
                + "specified, both the username and password must be specified");
        return (username, password);
    }

    /// <summary>
    /// A part of the login. One that is written as an expression and gives nothing is an error: a secret that is not there yet, or a variable
    /// that is not set, would else open the server to all. What is written as nothing means no login (C-178).
    /// </summary>
    private static string? ReadSecret(ReadingContext context, SectionReader reader, string key)
    {
        var text = reader.HiddenText(key);
        var secret = text is not null && text.StartsWith(HashPrefix, StringComparison.Ordinal) ? text[HashPrefix.Length..] : text;
        if (secret is not null && PythonText.Strip(secret).Length == 0 && reader.Raw(key) is { } raw && raw.Contains('%', StringComparison.Ordinal))
            OwnKeys.InSection(context, reader.Section, () => reader.Attempt(key, text,
                () => throw new ConfigException($"Format string {PythonText.Repr(raw)} for {PythonText.Repr($"{reader.Section}.{key}")} gives an empty value, which is no login")));
        return text;
    }

    /// <summary>Names between commas or blanks: NAME, *.NAME, or * for all.</summary>
    private static IReadOnlyList<string> HostNameList(string text)
    {
        var names = text.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names)
            if (name != "*" && (name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) is var rest && (rest.Length == 0 || !rest.All(IsOfName)))
                throw new ConfigException(text);
        return names;
    }

    private static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.';

    private static UserIdentity Owner(ReadingContext context, string text)
    {
        try
        {
            return context.Users.Owner(text);
        }
        catch (ConfigException)
        {
            throw new ConfigException($"Invalid sockchown value {text}");
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
            throw new ConfigException($"Invalid chmod value {text}");
        }
    }
}
