using Init.Loop;
using Init.Os;

namespace Init.Processes;

/// <summary>fd:N, as s6 has it: the program writes a newline there. It may close it, or go on writing; that is read and passed over.</summary>
internal sealed class ReadyDescriptor : ReadyWatch, IDescriptorHandler
{
    private readonly Subprocess _process;
    private readonly EventLoop _loop;
    private readonly int _number;
    private readonly byte[] _read = new byte[64];
    private int _ours;
    private int _theirs;
    private int? _watch;

    internal ReadyDescriptor(Subprocess process, int number, EventLoop loop)
    {
        (_process, _number, _loop) = (process, number, loop);
        (_ours, _theirs) = Descriptors.Pipe();
        Descriptors.SetNonBlocking(_ours);
    }

    internal override PassedDescriptor? Passed => new(_theirs, _number);

    internal override void Begin(int pid)
    {
        Close(ref _theirs); // or its closing the other end would not be seen
        _watch = _loop.Watch(_ours, Readiness.Readable, this);
    }

    void IDescriptorHandler.OnReady(Readiness readiness)
    {
        var count = Descriptors.Read(_ours, _read);
        if (count == 0)
            Dispose();
        else if (count > 0 && _read.AsSpan(0, count).Contains((byte)'\n'))
            _process.Handle(ProcessInput.Ready);
    }

    public override void Dispose()
    {
        if (_watch is { } watch)
            _loop.Unwatch(watch);
        _watch = null;
        Close(ref _ours);
        Close(ref _theirs);
    }

    private static void Close(ref int fd)
    {
        if (fd >= 0)
            Descriptors.Close(fd);
        fd = -1;
    }
}
