namespace Init.Os;

/// <summary>
/// What Python does before Supervisor begins (PEP 538): where the characters' locale is C, or one that is not installed, LC_CTYPE becomes
/// C.UTF-8 for us and for our programs, if there is that locale. Without it perl, ruby and sort take all text for ASCII in an image
/// that sets no LANG. musl needs none of this and has no such folder.
/// </summary>
internal static class LocaleCoercion
{
    internal const string Folder = "/usr/lib/locale";

    private const string Utf8 = "C.UTF-8";

    /// <param name="variables">`NAME=value`.</param>
    /// <param name="folder">Where glibc has its locales.</param>
    internal static void Apply(List<string> variables, string folder)
    {
        if (Of("LC_ALL").Length > 0 || Of("PYTHONCOERCECLOCALE") == "0" || !HasFolder(Utf8, folder))
            return;
        var locale = Of("LC_CTYPE") is { Length: > 0 } characters ? characters : Of("LANG");
        if (locale is not ("" or "C" or "POSIX") && IsInstalled(locale, folder))
            return;
        variables.RemoveAll(variable => variable.StartsWith("LC_CTYPE=", StringComparison.Ordinal));
        variables.Add("LC_CTYPE=" + Utf8);

        string Of(string name) =>
            variables.Find(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
    }

    /// <summary>What is in the archive, of all languages in one file, is not looked at: a locale counts as there then.</summary>
    private static bool IsInstalled(string locale, string folder) => HasFolder(locale, folder) || File.Exists(folder + "/locale-archive");

    /// <summary>By its name, or with its codeset in small letters and digits alone: C.utf8 is C.UTF-8.</summary>
    private static bool HasFolder(string locale, string folder)
    {
        var dot = locale.IndexOf('.') + 1;
        var end = locale.IndexOf('@') is >= 0 and var at ? at : locale.Length;
        return Has(locale)
            || (dot > 0 && dot <= end && Has(locale[..dot] + string.Concat(locale[dot..end].Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant() + locale[end..]));

        bool Has(string name) => !name.Contains('/') && File.Exists($"{folder}/{name}/LC_CTYPE");
    }
}
