using Init.Os;
using Init.Processes;
using Init.States;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>
/// `status --watch`, of ours: the list again whenever it changes, until Ctrl-C or the end of the daemon; a restart is none. On a terminal it
/// stays in place and uptimes go on; elsewhere each change is a block of its own. Init tells of changes; another daemon is asked once a
/// second.
/// </summary>
internal sealed class WatchAction(Session session, Func<IReadOnlyList<XmlRpcValue>> list, bool isJson)
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    /// <summary>A restart is a matter of moments, once everything has stopped.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(0.1);

    private readonly bool _onTerminal = !isJson && Descriptors.KindOf(1) == FileKind.Terminal;

    // Nobody reads any more: poll tells of that without a write.
    private readonly int _reader = Descriptors.KindOf(1) == FileKind.Pipe ? 1 : -1;

    private string? _shown;

    internal void Run()
    {
        if (_onTerminal)
            session.Output.Command("\x1b[?1049h\x1b[?25l"); // another screen, without a cursor
        try
        {
            do
                Follow();
            while (IsBack());
            End();
            session.Fail($"{session.Url.Text} does not answer any more", ExitCode.StatusUnknown);
        }
        catch (InterruptedException e)
        {
            End();
            if (e.IsFatal)
                throw;
            session.ExitStatus = ExitCode.Success;
        }
    }

    /// <summary>Until the daemon ends, or only its life before a restart.</summary>
    private void Follow()
    {
        try
        {
            using var changes = ChangeStream.Open(session);
            Follow(changes);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // There is more to say only when it does not come back.
        }
    }

    private static bool IsEnd(Exception e) => e is CallException or SyscallException or RpcFault { Code: FaultCode.ShutdownState };

    /// <summary>Asks until a life answers. One that still stops may take its time over it; whether another follows it does not tell.</summary>
    private bool IsBack()
    {
        for (var until = Clock.Now + _patience; Clock.Now < until;)
        {
            try
            {
                _ = list();
                return true;
            }
            catch (RpcFault e) when (IsEnd(e))
            {
                until = Clock.Now + _patience;
            }
            catch (Exception e) when (IsEnd(e))
            {
                // Not there: not yet, or not any more.
            }
            if (session.Waiting.ForAny([_reader], _pause) == 0)
                throw new OutputClosedException();
        }
        return false;
    }

    private void End()
    {
        if (_onTerminal)
            session.Output.Command("\x1b[?25h\x1b[?1049l");
    }

    /// <summary>Returns when the daemon ends, or nobody reads.</summary>
    private void Follow(ChangeStream? changes)
    {
        var (processes, at) = (list(), Clock.Now);
        while (true)
        {
            Show(processes, Clock.Now - at);
            session.Output.Flush();
            TimeSpan? patience = changes is null || _onTerminal ? _second : null;
            var ready = changes is { HasBuffered: true } ? 0 : session.Waiting.ForAny([changes?.Descriptor ?? -1, _reader], patience);
            if (ready == 1)
                throw new OutputClosedException();
            var hasChanged = ready == 0 ? changes!.Read() : changes is null;
            if (hasChanged is null)
                return;
            if (hasChanged.Value)
                (processes, at) = (list(), Clock.Now);
        }
    }

    private void Show(IReadOnlyList<XmlRpcValue> processes, TimeSpan since)
    {
        if (_onTerminal)
        {
            Draw(processes, since);
            return;
        }
        // Uptimes alone are no change.
        var text = string.Join('\n', processes.Select(process => $"{process.Namespec()} {process.Text("statename")} {WithoutUptime(process)}"));
        if (text == _shown)
            return;
        if (_shown is not null && !isJson)
            session.Say("");
        _shown = text;
        if (isJson)
            session.Say(JsonStatus.Of(processes));
        else
            foreach (var line in StatusActions.Lines(processes))
                session.Say(line);
    }

    private void Draw(IReadOnlyList<XmlRpcValue> processes, TimeSpan since)
    {
        var (columns, rows) = TerminalState.Size(1);
        var lines = StatusActions.Lines(processes, process => Description(process, since)).ToList();
        if (rows > 1 && lines.Count >= rows)
        {
            var hidden = lines.Count - (rows - 1);
            lines.RemoveRange(rows - 1, hidden);
            lines.Add(FormattableString.Invariant($"... and {hidden} more"));
        }
        session.Output.Command("\x1b[H"); // in place: what was there is overwritten line by line, which does not flicker
        for (var n = 0; n < lines.Count; n++)
            session.Output.Command($"{(n > 0 ? "\r\n" : "")}{Cut(lines[n], columns)}\x1b[K");
        session.Output.Command("\x1b[J");
    }

    /// <summary>Its uptime goes on, as the daemon would reckon it.</summary>
    private static string Description(XmlRpcValue process, TimeSpan since)
    {
        var text = process.Text("description");
        var uptime = text.IndexOf("uptime ", StringComparison.Ordinal);
        return (ProcessState)process.Number("state") == ProcessState.Running && uptime >= 0
            ? $"{text[..uptime]}uptime {ProcessDescription.Uptime(process.Number("now") - process.Number("start") + (long)since.TotalSeconds)}"
            : text;
    }

    private static string WithoutUptime(XmlRpcValue process) =>
        process.Text("description").Split("uptime ")[0];

    /// <summary>One line of the terminal.</summary>
    private static string Cut(string line, int columns)
    {
        var plain = PosixText.Harmless(line, ' ');
        if (columns <= 0 || plain.Length <= columns)
            return plain;
        return plain[..(char.IsHighSurrogate(plain[columns - 1]) ? columns - 1 : columns)];
    }
}
