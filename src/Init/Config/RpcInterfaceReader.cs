namespace Init.Config;

/// <summary>[rpcinterface:x]: the name is the namespace of its methods (C-188 to C-192).</summary>
internal static class RpcInterfaceReader
{
    internal const string StandardFactory = "supervisor.rpcinterface:make_main_rpcinterface";
    private const string Prefix = "rpcinterface:";
    private const string FactoryKey = "supervisor.rpcinterface_factory";

    /// <summary>
    /// The sections with the standard factory. Another factory is Python code, which we cannot run: the section is left out and a
    /// warning says so, for the rest of the configuration works without it. What cannot exist in Python either is Supervisor's error.
    /// </summary>
    internal static IReadOnlyList<RpcInterfaceConfig> Read(ReadingContext context)
    {
        var interfaces = new List<RpcInterfaceConfig>();
        foreach (var section in context.Document.Sections)
        {
            if (!section.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            var reader = context.WithEnvironment(section);
            var factory = reader.Attempt(FactoryKey, StandardFactory, () => Factory(reader));
            var options = new List<KeyValuePair<string, string>>();
            foreach (var key in context.Document.Keys(section))
                if (key != FactoryKey) options.Add(KeyValuePair.Create(key, reader.Text(key)!));
            if (IsStandard(factory))
                interfaces.Add(new RpcInterfaceConfig(ReadingContext.NameIn(section), StandardFactory, options));
            else
                context.Warn(section, FactoryKey, $"For [{section}], {factory} is Python code, which cannot be loaded here; its methods are not available");
        }
        return interfaces;
    }

    private static string Factory(SectionReader reader)
    {
        var factory = reader.Text(FactoryKey) ?? throw new ConfigException($"section [{reader.Section}] does not specify a {FactoryKey}");
        return IsStandard(factory) || IsPossible(factory) ? factory
            : throw new ConfigException($"{factory} cannot be resolved within [{reader.Section}]");
    }

    private static bool IsStandard(string factory)
    {
        var (module, attribute) = Split(factory);
        return $"{module}:{attribute}" == StandardFactory;
    }

    /// <summary>Dotted names; of Supervisor's own modules we know that no other factory is there.</summary>
    private static bool IsPossible(string factory)
    {
        var (module, attribute) = Split(factory);
        if (module == "supervisor" || module.StartsWith("supervisor.", StringComparison.Ordinal)) return false;
        return IsDottedName(module) && (attribute is null || IsDottedName(attribute));
    }

    /// <summary>`module:attribute` or `module` alone, blanks around the colon allowed.</summary>
    private static (string Module, string? Attribute) Split(string factory)
    {
        var colon = factory.IndexOf(':');
        return colon < 0 ? (factory, null) : (PythonText.Strip(factory[..colon]), PythonText.Strip(factory[(colon + 1)..]));
    }

    private static bool IsDottedName(string name)
    {
        foreach (var part in name.Split('.'))
        {
            if (part.Length == 0) return false;
            foreach (var c in part)
                if (!char.IsLetterOrDigit(c) && c != '_') return false;
        }
        return true;
    }
}
