using Init.Os;

namespace Init.Ctl;

/// <summary>Nobody reads our stdout any more.</summary>
internal sealed class OutputClosedException : Exception;

/// <summary>
/// Text for a descriptor, kept until somebody may wait for it: one write for a list of fifty programs. Any bytes go out as they came in,
/// but for a terminal, which nothing of others' may command.
/// </summary>
internal sealed class Printer(int descriptor)
{
    private readonly List<byte> _pending = new(1024);
    private readonly TerminalFilter? _filter = Descriptors.KindOf(descriptor) == FileKind.Terminal ? new() : null;

    internal void Line(string text)
    {
        Write(text);
        EndOfOthers();
        _pending.Add((byte)'\n');
    }

    internal void Write(string text) => Write(PosixText.Bytes(text));

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (_filter is null)
            _pending.AddRange(bytes);
        else
            _filter.Write(bytes, _pending);
    }

    /// <summary>Our own commands to the terminal.</summary>
    internal void Command(string sequence)
    {
        EndOfOthers();
        _pending.AddRange(PosixText.Bytes(sequence));
    }

    /// <summary>No more of others' text follows: an incomplete sequence is shown as it is.</summary>
    internal void EndOfOthers() => _filter?.End(_pending);

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
