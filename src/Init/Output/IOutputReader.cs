namespace Init.Output;

/// <summary>Someone to whom a program speaks, beside the log of what it says.</summary>
internal interface IOutputReader
{
    /// <summary>What the run with that pid has said, as it came.</summary>
    void Read(int pid, ReadOnlySpan<byte> said);
}
