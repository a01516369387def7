using Init.Config;

namespace Init.Ctl;

/// <summary>What a Tab offers (T-125 to T-127): actions first, then what the action takes. Every offer ends with a blank.</summary>
internal sealed class Completion(Func<IReadOnlyList<Namespec>> fetch)
{
    // `:`, `*` and `-` belong to words, unlike in a shell.
    private const string Delimiters = " \t\n`~!@#$%^&()=+[{]}\\|;'\",<>/?";

    private IReadOnlyList<Namespec>? _processes;

    /// <summary>Where the word that ends a text begins.</summary>
    internal static int WordStart(string text)
    {
        var start = text.Length;
        while (start > 0 && !Delimiters.Contains(text[start - 1])) start--;
        return start;
    }

    /// <summary>A new command line: the list of processes may have changed.</summary>
    internal void Forget() => _processes = null;

    /// <param name="line">All that is typed.</param>
    /// <param name="word">What is before the cursor, from <see cref="WordStart"/>.</param>
    internal IReadOnlyList<string> Offers(string line, string word)
    {
        var words = PythonText.Words(line);
        var kind = words.Count == 0 || (words.Count == 1 && !line.EndsWith(' ')) ? Completes.Actions
            : ControlAction.Find(words[0])?.Completes ?? Completes.Nothing;
        var all = kind switch
        {
            Completes.Actions => ControlAction.Listed.Select(action => action.Name).Prepend("help"),
            Completes.Groups => Processes().Select(process => process.Group).Distinct(),
            Completes.Processes => Names(word.Contains(':')),
            _ => [],
        };
        return [.. all.Where(name => name.StartsWith(word, StringComparison.Ordinal)).Select(name => name + " ")];
    }

    private List<string> Names(bool full)
    {
        var names = new List<string>();
        foreach (var (group, process) in Processes())
            if (!full && group == process)
                names.Add(group);
            else
            {
                names.Add($"{group}:{process}");
                if (!names.Contains($"{group}:*"))
                    names.Add($"{group}:*");
            }
        return names;
    }

    private IReadOnlyList<Namespec> Processes() => _processes ??= fetch();
}
