namespace Init.Ctl;

/// <summary>A name as people type it: `name`, `group:name`, `group:*` or `group:` (R-012).</summary>
/// <param name="Process">null for the whole group.</param>
internal sealed record Namespec(string Group, string? Process)
{
    internal static Namespec Parse(string text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0) return new Namespec(text, text);
        var process = text[(colon + 1)..];
        return new Namespec(text[..colon], process is "" or "*" ? null : process);
    }

    /// <summary>The short form where both names are equal. A group alone prints as in Python: `multi:None` (T-068).</summary>
    public override string ToString() => Group == Process ? Group : $"{Group}:{Process ?? "None"}";
}
