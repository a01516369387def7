namespace Init.Ctl;

/// <summary>The interactive shell: the status first, then a prompt for each line until quit, the end of input or Ctrl-C (T-119 to T-123).</summary>
internal static class Shell
{
    internal static void Run(Session session, Func<string?> readLine)
    {
        try
        {
            for (var line = "status"; ; line = readLine() ?? "EOF")
            {
                session.Run(line);
                session.Output.Flush();
                if (session.HasEnded) return;
            }
        }
        catch (InterruptedException)
        {
            session.Say("");
            session.Output.Flush();
        }
    }
}
