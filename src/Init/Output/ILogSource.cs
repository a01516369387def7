namespace Init.Output;

/// <summary>A log that can be read and followed: a file, or the last of it in memory. Of the loop thread, but for the file itself.</summary>
internal interface ILogSource
{
    /// <summary>The regular file; null when only the ring has it.</summary>
    string? File { get; }

    OutputRing Ring { get; }

    /// <summary>Raised when something was added or everything removed; from the loop thread, so what it calls must not wait.</summary>
    event Action? Changed;

    /// <summary>Nothing more will come from here: its group was removed, or the daemon restarts.</summary>
    bool IsClosed { get; }
}
