namespace Init.Output;

/// <summary>Someone to whom a program speaks, beside the log of what it says.</summary>
internal interface IOutputReader
{
    /// <summary>What the run with that pid has said, as it came.</summary>
    void Read(int pid, ReadOnlySpan<byte> said);

    /// <summary>Whether it can take more. If not, the pipe is not read until it can.</summary>
    bool HasRoom => true;

    /// <summary>Has a pipe told, later and on the loop thread, when it can.</summary>
    void WaitForRoom(IRoomWaiter waiter)
    {
    }
}
