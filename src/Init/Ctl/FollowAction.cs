namespace Init.Ctl;

/// <summary>tail -f: a log as it grows, until Ctrl-C (T-077).</summary>
internal static class FollowAction
{
    internal const string Hint = "==> Press Ctrl-C to exit <==";

    internal static void Run(Session session, string path)
    {
        session.Say(Hint);
        session.Output.Flush();
        session.Disconnect();
        try
        {
            using var stream = LogStream.Open(session, path);
            while (stream is not null && stream.Read() is { Length: > 0 } bytes)
            {
                session.Output.Write(bytes);
                session.Output.Flush();
            }
            session.Output.EndOfOthers();
        }
        catch (InterruptedException e) when (!e.IsFatal)
        {
            session.Say("");
        }
    }
}
