using Init.Os;
using Init.Output;
using Init.States;

namespace Init.Processes;

/// <summary>What every process of one configuration is started with, and what all report to.</summary>
internal sealed record ProcessContext(
    Outlets Outlets,
    IReadOnlyDictionary<string, string> InheritedEnvironment,
    IReadOnlyList<KeyValuePair<string, string>> SupervisordEnvironment,
    string? ServerUrl,
    Prober Prober,
    Reports Reports);

/// <summary>A child of ours, by whose pid it will be asked for.</summary>
internal interface IChild
{
    void Reaped(WaitStatus ended);

    /// <summary>What it has used; told first.</summary>
    void Used(in RunUsage usage)
    {
    }
}

/// <summary>What processes tell the one who waits for them.</summary>
internal sealed class Reports
{
    /// <summary>Live pids and whose they are.</summary>
    internal Dictionary<int, IChild> Pids { get; } = [];

    /// <summary>Commands that run beside programs.</summary>
    internal HashSet<SideCommand> Beside { get; } = [];

    /// <summary>What programs have left behind and is being ended.</summary>
    internal List<TreeEnd> Trees { get; } = [];

    /// <summary>Every state that a process has entered, for the supervisor to draw its conclusions.</summary>
    internal Queue<(Subprocess Process, ProcessState State, ProcessStatus Then)> Entered { get; } = [];

    /// <summary>Who is told that a program hangs, and why that is known.</summary>
    internal Action<Subprocess, string>? Hung { get; set; }

    /// <summary>Asked about each SIGKILL that is not ours.</summary>
    internal OutOfMemory OutOfMemory { get; } = new();

    /// <summary>Counts every change of any process's status, and of the list of processes.</summary>
    internal long Changes { get; set; }

    /// <summary>The <see cref="Changes"/> at which a group last came or went.</summary>
    internal long ListChanges { get; set; }
}
