namespace Init.Config;

/// <summary>Every section whose name starts with `inet_http_server` or `unix_http_server`, inet ones first (C-171 to C-180).</summary>
internal static class HttpServerReader
{
    private const string InetPrefix = "inet_http_server";
    private const string UnixPrefix = "unix_http_server";
    private const int DefaultChmod = 0b111_000_000;

    internal static IReadOnlyList<HttpServerConfig> Read(ReadingContext context)
    {
        var servers = new List<HttpServerConfig>();
        foreach (var section in context.Document.Sections)
            if (section.StartsWith(InetPrefix, StringComparison.Ordinal))
                context.Document.AttemptSection(section, () => servers.Add(ReadInet(context.WithEnvironment(section))));
        foreach (var section in context.Document.Sections)
            if (section.StartsWith(UnixPrefix, StringComparison.Ordinal))
                context.Document.AttemptSection(section, () => servers.Add(ReadUnix(context, section)));
        return servers;
    }

    private static HttpServerConfig ReadInet(SectionReader reader)
    {
        var (username, password) = ReadLogin(reader);
        var address = reader.Attempt("port", (Host: "", Port: 0),
            () => Values.InetAddress(reader.Text("port") ?? throw new ConfigException($"section [{reader.Section}] has no port value")));
        return new HttpServerConfig
        {
            Section = reader.Section,
            Host = address.Host,
            Port = address.Port,
            Username = username,
            Password = password,
        };
    }

    private static HttpServerConfig ReadUnix(ReadingContext context, string section)
    {
        var reader = context.WithEnvironment(section);
        // Supervisor takes an empty name for the current directory and then loops (C-173).
        var file = reader.Attempt("file", "/", () => context.WithHere(section).Text("file") is { } text && PythonText.Strip(text).Length > 0
            ? text
            : throw new ConfigException($"section [{section}] has no file value"));
        var (username, password) = ReadLogin(reader);
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
    private static (string? Username, string? Password) ReadLogin(SectionReader reader)
    {
        var username = reader.HiddenText("username");
        var password = reader.HiddenText("password");
        reader.Demand(username is null ? "username" : "password", username is null == password is null,
            () => $"Section [{reader.Section}] contains incomplete authentication: If a username or a password is "
                + "specified, both the username and password must be specified");
        return (username, password);
    }

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
