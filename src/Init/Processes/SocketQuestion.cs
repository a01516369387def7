using Init.Loop;
using Init.Os;

namespace Init.Processes;

/// <summary>Does something accept connections there, and, if that is asked too, answer a request? Each address is tried in turn.</summary>
/// <param name="find">Tells the addresses, or why there are none; at once or later.</param>
/// <param name="request">What is sent once connected; null when a connection is all that is asked for.</param>
internal sealed class SocketQuestion(
    EventLoop loop, Action<Action<IReadOnlyList<byte[]>, Outcome>> find, byte[]? request, Action<Outcome> answered)
    : Question(loop, answered), IDescriptorHandler
{
    /// <summary>Of an answer: more than any status line has.</summary>
    private const int MostLine = 512;

    /// <summary>What follows the status line is taken, for a server whose answer is not read to its end has an error to log.</summary>
    private const int MostBody = 256 * 1024;

    private static readonly TimeSpan _bodyPatience = TimeSpan.FromSeconds(1);

    /// <summary>A unix socket does not tell when there is room in its backlog.</summary>
    private static readonly TimeSpan _backlogPause = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _answer = new byte[MostLine];
    private IReadOnlyList<byte[]> _addresses = [];
    private int _tried;
    private Outcome _outcome;
    private int _descriptor = -1;
    private int _watch;
    private bool _isConnected;
    private int _sent;
    private int _length;
    private int _body;
    private Alarm? _alarm;

    protected override void Begin()
    {
        try
        {
            find((addresses, outcome) =>
            {
                if (!IsOpen)
                    return;
                (_addresses, _outcome) = (addresses, outcome);
                Try();
            });
        }
        catch (SyscallException e)
        {
            Answer(Outcome.Of(e.Errno)); // a path that is too long
        }
    }

    protected override void Close()
    {
        _alarm?.Cancel();
        if (_descriptor < 0)
            return;
        Loop.Unwatch(_watch);
        Descriptors.Close(_descriptor);
        _descriptor = -1;
    }

    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        try
        {
            if (!IsOpen)
                ReadBody();
            else if (!_isConnected)
                Connected();
            else if (_sent < request!.Length)
                Send();
            else
                Read();
        }
        catch (SyscallException e)
        {
            Failed(e);
        }
    }

    private void Try()
    {
        if (_tried == _addresses.Count)
        {
            Answer(_outcome);
            return;
        }
        try
        {
            (_descriptor, var isConnected) = StreamSockets.BeginConnect(_addresses[_tried]);
            Watch(Readiness.Writable);
            if (isConnected)
                Connected();
        }
        catch (SyscallException e) when (e.Errno == Errno.EAGAIN && _descriptor < 0)
        {
            _alarm = Loop.Alarms.Set(Clock.Now + _backlogPause, Try);
        }
        catch (SyscallException e)
        {
            Failed(e);
        }
    }

    /// <summary>
    /// On to the next address. The first problem is the one to tell of: `::1` comes last, and may not exist at all. But where one could not be
    /// asked, nobody knows what it would have said.
    /// </summary>
    private void Failed(SyscallException e)
    {
        Close();
        if (!IsOpen)
            return;
        var outcome = Outcome.Of(e.Errno);
        if (_outcome.Problem is null || (outcome.IsOurs && !_outcome.IsOurs))
            _outcome = outcome;
        _tried++;
        (_isConnected, _sent, _length) = (false, 0, 0);
        Try();
    }

    private void Connected()
    {
        StreamSockets.EndConnect(_descriptor);
        _isConnected = true;
        if (request is null)
            End(null);
        else
            Send();
    }

    private void Send()
    {
        if (Descriptors.Send(_descriptor, request.AsSpan(_sent)) is > 0 and var count)
            _sent += count;
        if (_sent < request!.Length)
            return;
        Loop.Unwatch(_watch);
        Watch(Readiness.Readable);
    }

    private void Read()
    {
        var count = Descriptors.Read(_descriptor, _answer.AsSpan(_length));
        if (count < 0)
            return;
        _length += count;
        if (!HttpExchange.TryAnswer(_answer.AsSpan(0, _length), isAll: count == 0 || _length == MostLine, out var problem))
            return;
        if (count == 0)
        {
            End(problem);
            return;
        }
        _alarm = Loop.Alarms.Set(Clock.Now + _bodyPatience, Close);
        Answer(new Outcome(problem));
    }

    private void ReadBody()
    {
        var count = Descriptors.Read(_descriptor, _answer);
        _body += Math.Max(0, count);
        if (count == 0 || _body > MostBody)
            Close();
    }

    private void End(string? problem)
    {
        Close();
        Answer(new Outcome(problem));
    }

    private void Watch(Readiness interest) => _watch = Loop.Watch(_descriptor, interest, this);
}
