using Init.Os;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>
/// The interactive shell: the status first, then a prompt for each line until quit, the end of the input or Ctrl-C (T-119 to T-123).
/// A terminal gets an editor; from anything else, lines are read as they come.
/// </summary>
internal sealed class Shell
{
    private readonly Session _session;
    private readonly History _history;
    private readonly Func<string?> _readLine;

    internal Shell(Session session, ControlSettings settings)
    {
        _session = session;
        _history = new History(settings.HistoryFile);
        var prompt = settings.Prompt + "> ";
        if (LineInput.IsTerminal && Descriptors.KindOf(1) == FileKind.Terminal)
        {
            var editor = new LineEditor(session.Output, session.Waiting, _history, new Completion(Processes));
            _readLine = () => editor.ReadLine(prompt);
        }
        else
            _readLine = () => session.Input.Ask(prompt);
    }

    internal void Run()
    {
        try
        {
            for (var line = "status"; ; line = _readLine() ?? "EOF")
            {
                _session.Run(line);
                _session.Output.Flush();
                if (_session.HasEnded) break;
            }
        }
        catch (InterruptedException e) when (!e.IsFatal)
        {
            _session.Say("");
            _session.Output.Flush();
        }
        finally
        {
            _history.Save();
        }
    }

    /// <summary>For completion, which has nothing to say when the daemon cannot be asked.</summary>
    private IReadOnlyList<Namespec> Processes()
    {
        try
        {
            return [.. _session.Call("supervisor.getAllProcessInfo").Items().Select(process => process.Namespec())];
        }
        catch (Exception e) when (e is RpcFault || CallException.Describe(e) is not null)
        {
            return [];
        }
        finally
        {
            _session.Disconnect();
        }
    }
}
