namespace Init.Ctl;

/// <summary>`help`, `help TOPIC` (T-114, T-115).</summary>
internal static class HelpAction
{
    private const int Columns = 4;

    internal static void Run(Session session, string topic)
    {
        if (topic.Length == 0)
            List(session);
        else
            session.Say(ControlAction.Find(topic)?.Help ?? $"*** No help on {topic}");
    }

    /// <summary>Sorted down the columns, each as wide as its widest name, two blanks between.</summary>
    private static void List(Session session)
    {
        const string title = "default commands (type help <topic>):";
        session.Say("");
        session.Say(title);
        session.Say(new string('=', title.Length));
        var actions = ControlAction.Listed;
        var rows = (actions.Length + Columns - 1) / Columns;
        while (Widths(actions, rows - 1).Sum() + 2 * (Widths(actions, rows - 1).Count - 1) <= 80 && rows > 1)
            rows--;
        var widths = Widths(actions, rows);
        for (var row = 0; row < rows; row++)
        {
            var cells = new List<string>();
            for (var column = 0; column < widths.Count; column++)
                cells.Add((column * rows + row < actions.Length ? actions[column * rows + row].Name : "").PadRight(widths[column]));
            session.Say(string.Join("  ", cells));
        }
        session.Say("");
    }

    private static List<int> Widths(ControlAction[] actions, int rows)
    {
        var widths = new List<int>();
        for (var first = 0; rows > 0 && first < actions.Length; first += rows)
            widths.Add(actions.Skip(first).Take(rows).Max(action => action.Name.Length));
        return widths;
    }
}
