using Init.Config;
using Init.Loop;
using Init.Os;

namespace Init.Processes;

/// <summary>
/// Asks whether a program is of use. Nothing waits: the loop watches sockets, a name is looked up by a thread of its own (and one name by
/// one at a time, however long that takes), a command runs beside the program. Of the loop thread.
/// </summary>
internal sealed class Prober(EventLoop loop)
{
    private const string LocalHost = "localhost";
    private const string Loopback4 = "127.0.0.1";
    private const string Loopback6 = "::1";
    private const int LookupStack = 256 * 1024;

    private readonly Dictionary<(string Host, int Port), List<Action<IReadOnlyList<byte[]>, Outcome>>> _lookups = [];

    /// <summary>How many programs are looked for until they are ready.</summary>
    internal int Looking { get; set; }

    /// <summary>Asks once.</summary>
    /// <param name="process">Whose user, directory and variables a command has.</param>
    /// <param name="answered">Called once, on the loop thread and never before this returns: with what it has come to.</param>
    internal Question Ask(Subprocess process, Probe probe, TimeSpan timeout, Action<Outcome> answered)
    {
        Question question = probe switch
        {
            Probe.File(var path) => new FileQuestion(loop, process, path, answered),
            Probe.Command(var text) => new CommandQuestion(loop, process, text, timeout, answered),
            Probe.Unix(var path) => new SocketQuestion(loop, tell => Address(process, path, tell), null, answered),
            Probe.Tcp(var host, var port) => new SocketQuestion(loop, tell => Addresses(host, port, tell), null, answered),
            Probe.Http(var host, var port, _) http => new SocketQuestion(loop, tell => Addresses(host, port, tell), HttpExchange.Request(http), answered),
            _ => throw new ArgumentOutOfRangeException(nameof(probe), probe.ToString()),
        };
        question.Start(timeout);
        return question;
    }

    /// <summary>What the kernel has at a path is found on another thread first: connect(2) looks it up on ours.</summary>
    /// <exception cref="SyscallException">ENAMETOOLONG.</exception>
    private void Address(Subprocess process, string path, Action<IReadOnlyList<byte[]>, Outcome> tell)
    {
        var address = StreamSockets.UnixAddress(path);
        _ = Abandonable.TryStart($"{process.Namespec}: socket {path}", () => Descriptors.Stat(path), _ => loop.Post(() => tell([address], default)));
    }

    /// <summary>localhost is not looked up: an image may have no /etc/hosts.</summary>
    private void Addresses(string host, int port, Action<IReadOnlyList<byte[]>, Outcome> tell)
    {
        var addresses = host.Equals(LocalHost, StringComparison.OrdinalIgnoreCase)
            ? [.. StreamSockets.NumericAddresses(Loopback4, port), .. StreamSockets.NumericAddresses(Loopback6, port)]
            : StreamSockets.NumericAddresses(host, port);
        if (addresses.Count > 0)
            tell(addresses, default);
        else
            LookUp((host, port), tell);
    }

    private void LookUp((string Host, int Port) name, Action<IReadOnlyList<byte[]>, Outcome> tell)
    {
        if (_lookups.TryGetValue(name, out var waiting))
        {
            waiting.Add(tell);
            return;
        }
        _lookups[name] = [tell];
        try
        {
            new Thread(() => LookUp(name), LookupStack) { IsBackground = true }.Start();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            Tell(name, [], new Outcome(e.Message, IsOurs: true)); // no thread can be had
        }
    }

    private void LookUp((string Host, int Port) name)
    {
        IReadOnlyList<byte[]> addresses = [];
        Outcome outcome = default;
        try
        {
            addresses = StreamSockets.LookUp(name.Host, name.Port);
        }
        catch (Exception e)
        {
            // Nothing may get out of a thread: it would end us. The C library does not tell why it had no descriptor to ask with.
            outcome = new Outcome(e.Message, IsOurs: e is OutOfMemoryException || StreamSockets.AreScarce);
        }
        loop.Post(() => Tell(name, addresses, outcome));
    }

    private void Tell((string Host, int Port) name, IReadOnlyList<byte[]> addresses, Outcome outcome)
    {
        _lookups.Remove(name, out var waiting);
        foreach (var tell in waiting!)
            tell(addresses, outcome);
    }
}
