using System.Text;
using Init.Os;
using Init.XmlRpc;

namespace Init.Ctl;

/// <summary>
/// One run of supervisorctl: where the daemon is, who we are there, what has been said, and the exit status so far, which each action
/// sets and none resets (T-036).
/// </summary>
internal sealed class Session(ControlSettings settings, Printer output, Waiting waiting, LineInput input, Func<Session, IRpc>? rpc = null)
{
    private const string ApiVersion = "3.0";

    private IRpc? _rpc;
    private string? _username = settings.Username;
    private string? _password = settings.Password;

    internal ServerUrl Url { get; set; } = new(settings.ServerUrl);

    internal bool IsInteractive => settings.IsInteractive;

    internal Printer Output => output;

    internal Waiting Waiting => waiting;

    internal LineInput Input => input;

    internal int ExitStatus { get; set; }

    /// <summary>quit, exit, EOF.</summary>
    internal bool HasEnded { get; set; }

    /// <summary>Sent with calls when both are set, even to nothing (T-020).</summary>
    internal string? Authorization => _username is null || _password is null ? null : Basic();

    /// <summary>Sent with streams when there is a password.</summary>
    internal string? StreamAuthorization => string.IsNullOrEmpty(_password) ? null : Basic();

    internal void Say(string line) => output.Line(line);

    internal void Fail(string line, int status = ExitCode.Generic)
    {
        ExitStatus = status;
        output.Line(line);
    }

    internal XmlRpcValue Call(string method, params ReadOnlySpan<XmlRpcValue> parameters)
    {
        output.Flush(); // what is known is shown while the daemon works
        _rpc ??= rpc is null ? new RpcClient(Url, Authorization, waiting) : rpc(this);
        return _rpc.Call(method, parameters);
    }

    /// <summary>Whether there is a daemon that speaks our language; if not, that has been said (T-021 to T-026).</summary>
    internal bool IsUp()
    {
        try
        {
            var version = Call("supervisor.getVersion").Text();
            if (version == ApiVersion) return true;
            Fail($"Sorry, this version of supervisorctl expects to talk to a server with API version {ApiVersion}, but the remote version is {version}.", ExitCode.NotInstalled);
        }
        catch (RpcFault e) when (e.Code == FaultCode.UnknownMethod)
        {
            Fail("Sorry, supervisord responded but did not recognize the supervisor namespace commands that supervisorctl uses to control it.  "
                + "Please check that the [rpcinterface:supervisor] section is enabled in the configuration file (see sample.conf).", ExitCode.Unimplemented);
        }
        catch (SyscallException e) when (e.Errno == Errno.ECONNREFUSED)
        {
            Fail($"{Url.Text} refused connection", ExitCode.Refused);
        }
        catch (SyscallException e) when (e.Errno == Errno.ENOENT)
        {
            Fail($"{Url.Text} no such file", ExitCode.NotRunning);
        }
        return false;
    }

    /// <summary>Runs one line: an action and its argument. Nothing that it throws but Ctrl-C and a closed stdout gets out.</summary>
    internal void Run(string line)
    {
        try
        {
            var (action, argument) = CommandLine.Parse(ref line);
            if (line.Length == 0) return;
            while (true)
                try
                {
                    if (action is null)
                        Fail($"*** Unknown syntax: {line}");
                    else
                        action.Run(this, argument);
                    return;
                }
                catch (HttpStatusException e) when (e.Status == 401)
                {
                    Say("Server requires authentication");
                    if (!IsInteractive) throw;
                    Login();
                }
        }
        catch (Exception e) when (CallException.Describe(e) is not null)
        {
            // Supervisor names the place in its source here, which we do not have.
            Fail($"error: {CallException.Describe(e)}");
        }
        finally
        {
            Disconnect(); // a shell may stand idle for longer than the daemon runs
        }
    }

    /// <summary>Asks a question; true for an answer that begins with y or Y (T-106).</summary>
    internal bool Confirm(string question) =>
        input.Ask(question) is { } answer ? answer is ['y' or 'Y', ..] : throw new CallException("EOFError", "EOF when reading a line");

    /// <summary>The next call goes out on a new connection.</summary>
    internal void Disconnect()
    {
        (_rpc as IDisposable)?.Dispose();
        _rpc = null;
    }

    private void Login()
    {
        Disconnect();
        var username = input.Ask("Username:") ?? throw new CallException("EOFError", "EOF when reading a line");
        var password = input.AskSecret("Password:") ?? throw new CallException("EOFError", "");
        Say("");
        (_username, _password) = (username, password);
    }

    private string Basic() => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_username}:{_password}"));
}
