using Init.Config;
using Init.Loop;
using Init.Os;
using Init.States;

namespace Init.Processes;

/// <summary>
/// notify: what the program says on NOTIFY_SOCKET, as sd_notify(3) has it. Only its own processes are listened to: itself, its descendants,
/// and what is in its process group or session.
/// </summary>
internal sealed class ReadyNotification : ReadyWatch, IDescriptorHandler
{
    private const int MostBytes = 8192;

    // A flood of them is not to keep the loop from others.
    private const int MostAtOnce = 64;

    private readonly Subprocess _process;
    private readonly EventLoop _loop;
    private readonly NotifySocket _socket = new();
    private readonly byte[] _message = new byte[MostBytes];
    private int? _watch;
    private int _pid;
    private int _warnedOf;

    internal ReadyNotification(Subprocess process, EventLoop loop) => (_process, _loop) = (process, loop);

    internal override string Variable => $"NOTIFY_SOCKET={_socket.Name}";

    internal override void Begin(int pid)
    {
        _pid = pid;
        _watch = _loop.Watch(_socket.Descriptor, Readiness.Readable, this);
    }

    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        for (var left = MostAtOnce; left > 0 && _watch is not null && _socket.Receive(_message, out var sender) is { } length; left--)
            if (length < 0)
                _process.Log(LogLevel.Warn, $"{_process.Config.Name}: a notification of more than {MostBytes} bytes is passed over");
            else if (IsOwn(sender))
                Hear(NotifyMessage.Parse(_message.AsSpan(0, length)));
    }

    private bool IsOwn(int sender)
    {
        if (sender == _pid || ProcessTree.BelongsTo(sender, _pid))
            return true;
        if (_warnedOf != sender)
            _process.Log(LogLevel.Warn, $"{_process.Config.Name}: a notification of pid {sender}, which is none of its processes or is gone already, is passed over");
        _warnedOf = sender;
        return false;
    }

    private void Hear(in NotifyMessage message)
    {
        if (message.Status is { } status)
            _process.StatusText = status;
        if (message.IsStopping)
            _process.StatusText = message.Status ?? "stopping";
        if (message.Extension is { } extension)
            _process.Handle(ProcessInput.Extend(extension));
        if (message.IsReady && _process.Status.State == ProcessState.Starting)
            _process.Handle(ProcessInput.Ready);
    }

    public override void Dispose()
    {
        if (_watch is { } watch)
            _loop.Unwatch(watch);
        _watch = null;
        _socket.Dispose();
    }
}
