using Init.Os;

namespace Init.Http;

/// <summary>
/// What requests of a kind may hold together, in bytes. One that needs much takes its share first, and waits for its turn as long as
/// others have theirs; one that needs little takes none. So PID 1 lives, however many ask for however much.
/// </summary>
internal sealed class AnswerMemory(int most)
{
    /// <summary>What a byte of a call becomes: text, values of it, text again.</summary>
    internal const int BytesOfCall = 6;

    private const int Parts = 8;
    private const int MostOfAKind = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private long _held;

    /// <summary>Parts of logs, and what several calls in one are answered.</summary>
    internal static AnswerMemory Logs { get; } = new(MemoryShare.Of(Parts, MostOfAKind));

    /// <summary>Everything else, most of it about all programs: nobody who reads a log slowly holds up a status.</summary>
    internal static AnswerMemory Lists { get; } = new(MemoryShare.Of(Parts, MostOfAKind));

    /// <summary>Calls that are large themselves.</summary>
    internal static AnswerMemory Calls { get; } = new(MemoryShare.Of(Parts, 4 * HttpHost.LargestBody * BytesOfCall));

    /// <summary>Of one answer of any kind.</summary>
    internal int Most => most;

    /// <summary>An answer up to so many bytes is nothing special, and waits for nobody.</summary>
    internal int Ordinary => Math.Min(256 * 1024, most / 64);

    private sealed record Waiter(int Bytes, TaskCompletionSource<Share> Turn);

    /// <summary>Waits for its turn, which lasts until the returned is disposed of.</summary>
    /// <param name="bytes">As many as there may be; what is more than all is all.</param>
    internal async Task<Share> TakeAsync(long bytes, CancellationToken gone)
    {
        var waiter = new Waiter((int)Math.Min(bytes, most), new(TaskCreationOptions.RunContinuationsAsynchronously));
        LinkedListNode<Waiter> node;
        lock (_lock)
        {
            node = _waiting.AddLast(waiter);
            LetIn();
        }
        using var registration = gone.UnsafeRegister(_ => Leave(node), null);
        return await waiter.Turn.Task;
    }

    private void Leave(LinkedListNode<Waiter> node)
    {
        lock (_lock)
        {
            if (node.List is null)
                return;
            _waiting.Remove(node);
            LetIn();
        }
        node.Value.Turn.SetCanceled(CancellationToken.None);
    }

    private void Add(long bytes)
    {
        lock (_lock)
        {
            _held += bytes;
            LetIn();
        }
    }

    /// <summary>One after the other, as they came; under the lock.</summary>
    private void LetIn()
    {
        while (_waiting.First is { Value: var first } node && _held + first.Bytes <= most)
        {
            _waiting.Remove(node);
            _held += first.Bytes;
            first.Turn.SetResult(new Share(this, first.Bytes));
        }
    }

    /// <summary>What one request holds.</summary>
    internal sealed class Share(AnswerMemory memory, int bytes) : IDisposable
    {
        private int _bytes = bytes;

        /// <summary>Now that it is known, so much; more is counted too, for those who come after.</summary>
        internal void Resize(int bytes)
        {
            memory.Add(bytes - (long)_bytes);
            _bytes = bytes;
        }

        public void Dispose() => Resize(0);
    }
}
