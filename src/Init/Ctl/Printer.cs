using Init.Os;

namespace Init.Ctl;

/// <summary>Nobody reads our stdout any more.</summary>
internal sealed class OutputClosedException : Exception;

/// <summary>
/// Text for a descriptor, kept until somebody may wait for it: one write for a list of fifty programs. Names that are not UTF-8 go out
/// as they came in.
/// </summary>
internal sealed class Printer(int descriptor)
{
    private readonly List<byte> _pending = new(1024);

    internal void Line(string text)
    {
        Write(text);
        _pending.Add((byte)'\n');
    }

    internal void Write(string text) => Write(PosixText.Bytes(text));

    internal void Write(ReadOnlySpan<byte> bytes) => _pending.AddRange(bytes);

    /// <exception cref="OutputClosedException">The reader has gone.</exception>
    internal void Flush()
    {
        var bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pending);
        try
        {
            while (bytes.Length > 0)
            {
                var count = Descriptors.Write(descriptor, bytes);
                if (count == Descriptors.WouldBlock) // a terminal or pipe that somebody else made non-blocking
                    OutputDescriptors.WaitWritable([descriptor], Timeout.InfiniteTimeSpan);
                else
                    bytes = bytes[count..];
            }
        }
        catch (SyscallException)
        {
            throw new OutputClosedException();
        }
        finally
        {
            _pending.Clear();
        }
    }
}
