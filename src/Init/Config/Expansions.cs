using System.Globalization;
using System.Text;

namespace Init.Config;

/// <summary>
/// The names that `%(name)s` knows in one place, in layers: the inner layer hides the outer ones, the outermost is the environment.
/// A value is a string, or a long for `process_num` and `numprocs` (C-083).
/// </summary>
internal sealed class Expansions(Expansions? outer)
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private SecretFiles? _files;

    /// <summary>`ENV_X` for every variable (C-070), and `FILE_path` for every file.</summary>
    internal static Expansions OfEnvironment(IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        var expansions = new Expansions(null) { _files = new SecretFiles(workingDirectory) };
        foreach (var (name, value) in environment) expansions.SetVariable(name, value);
        return expansions;
    }

    internal Expansions Set(string name, object value)
    {
        _values[name] = value;
        return this;
    }

    internal void SetVariable(string name, string value) => _values["ENV_" + name] = value;

    /// <summary>Takes back a variable of this layer that an outer layer also has.</summary>
    internal void UncoverVariable(string name)
    {
        if (outer?.Find("ENV_" + name) is not null) _values.Remove("ENV_" + name);
    }

    /// <summary>The files behind `FILE_path`; null where there is none to be had.</summary>
    internal SecretFiles? Files => _files ?? outer?.Files;

    internal object? Find(string name) => _values.TryGetValue(name, out var value) ? value : outer?.Find(name);

    /// <summary>All names, sorted, as an error lists them (C-067).</summary>
    internal IReadOnlyList<string> Names()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        for (var layer = this; layer is not null; layer = layer.Outer) names.UnionWith(layer._values.Keys);
        return [.. names];
    }

    private Expansions? Outer => outer;

    /// <summary>The whole mapping as Python prints it, which is what a bare `%s` yields (C-072).</summary>
    internal string Repr()
    {
        var text = new StringBuilder("{");
        foreach (var name in Names())
        {
            if (text.Length > 1) text.Append(", ");
            text.Append(PythonText.Repr(name)).Append(": ").Append(Repr(Find(name)!));
        }
        return text.Append('}').ToString();
    }

    internal static string Repr(object value) => value is string s ? PythonText.Repr(s) : ((long)value).ToString(CultureInfo.InvariantCulture);
}
