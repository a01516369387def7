namespace Init.Ctl;

/// <summary>open, quit, exit, EOF.</summary>
internal static class ShellActions
{
    /// <summary>T-108. The exit status of the status list does not count.</summary>
    internal static void Open(Session session, string url)
    {
        if (!url.StartsWith("unix:", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
        {
            session.Fail("ERROR: url must be http:// or unix://");
            return;
        }
        session.Disconnect();
        session.Url = new ServerUrl(url);
        var before = session.ExitStatus;
        StatusActions.Status(session, "");
        session.ExitStatus = before;
    }

    internal static void Quit(Session session, string argument)
    {
        session.Say("");
        session.HasEnded = true;
    }
}
