using System.Runtime.InteropServices;
using static Init.Native.Libc;

namespace Init.Os;

/// <summary>An inotify: the kernel tells which files were written to, renamed or deleted. A file, not a name, is watched.</summary>
internal sealed unsafe class FileChanges : IDisposable
{
    private const uint OfFile = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
    private const uint OfDirectory = IN_CREATE | IN_MOVED_TO | IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR;

    private readonly byte[] _buffer = new byte[64 * sizeof(inotify_event)];

    /// <exception cref="SyscallException">EMFILE: the user has as many as there may be.</exception>
    internal FileChanges() =>
        Descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC) is >= 0 and var fd ? fd : throw SyscallException.Last("inotify_init1");

    internal int Descriptor { get; }

    /// <summary>What <see cref="Drain"/> adds when the kernel could not keep all: anything may have changed.</summary>
    internal const int Everything = -1;

    /// <summary>
    /// Watches the file behind a path, or what comes into a directory, and its end; the same one has the same number. Null when it cannot be watched.
    /// </summary>
    internal int? Watch(string path, bool isDirectory = false)
    {
        fixed (byte* name = PosixText.Encode(path))
            return inotify_add_watch(Descriptor, name, isDirectory ? OfDirectory : OfFile) is >= 0 and var watch ? watch : null;
    }

    internal void Unwatch(int watch) => _ = inotify_rm_watch(Descriptor, watch); // EINVAL: the file is gone, and its watch with it

    /// <summary>Adds the number of every watch that something has happened to.</summary>
    internal void Drain(HashSet<int> watches)
    {
        int count;
        while ((count = Descriptors.Read(Descriptor, _buffer)) > 0)
            for (var offset = 0; offset < count;)
            {
                var change = MemoryMarshal.Read<inotify_event>(_buffer.AsSpan(offset));
                if ((change.mask & IN_IGNORED) == 0)
                    watches.Add((change.mask & IN_Q_OVERFLOW) == 0 ? change.wd : Everything);
                offset += sizeof(inotify_event) + (int)change.len;
            }
    }

    public void Dispose() => Descriptors.Close(Descriptor);
}
